/** Every template of both presets as it is, so that a change shows what it changes. After one that is meant: npm test -- test/lib/templates -u */
import { stringify } from 'yaml';
import { stackNames, synthesizeStacks, type Template } from './synthesized';

/** Without what a new version of a package or of a handler changes, and what every template has. */
function legible(template: Template): string {
  const { Parameters: _, Rules: __, ...own } = template as Template & Record<string, unknown>;
  const text = stringify(own, { aliasDuplicateObjects: false, lineWidth: 0, sortMapEntries: true });
  return text.replace(/\b[0-9a-f]{64}\b/g, '<asset>');
}

describe.each(['dev', 'prod'])('%s', (preset) => {
  const { templates } = synthesizeStacks({ preset });

  test.each(stackNames)('%s', (name) => {
    expect(legible(templates[name])).toMatchSnapshot();
  });
});
