/** Which identities of a run are the same: as a map of their names would tell. */
import fc from 'fast-check';
import { digestIdentities } from '../../pipeline/store/identity-digests';

const anyIdentity = fc.option(
  fc.record({ siteId: fc.constantFrom('', 'demo', 'shop'), messageId: fc.string({ maxLength: 2 }) }),
  { nil: undefined },
);

test('each is told the first place at which the same stands, and has its own digest among those that are asked for', () => {
  fc.assert(
    fc.property(fc.array(anyIdentity, { maxLength: 200 }), (identities) => {
      const names = identities.map((identity) => identity && JSON.stringify(identity));
      const found = digestIdentities(identities);

      expect(found.firstPlaces).toEqual(
        names.map((name, i) => (name === undefined ? i : names.indexOf(name))),
      );
      const known = names.flatMap((name) => name ?? []);
      expect(found.digests.length).toBe(16 * known.length);
      let asked = 0;
      expect(found.asked).toEqual(names.map((name) => (name === undefined ? -1 : asked++)));
      const digests = known.map((_, i) => found.digests.toString('hex', 16 * i, 16 * i + 16));
      expect(new Set(digests).size).toBe(new Set(known).size);
    }),
    { numRuns: 200 },
  );
});
