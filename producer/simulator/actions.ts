/** What people do on a page besides reading it: custom events by name, with the props and the revenue that a real one would have. */
import { integerBetween, type Random, type Weighted, weightedPick } from './random';

/** Draws the fields of `properties`: JSON that begins with a comma, or nothing. */
type DrawFields = (random: Random) => string;

const nothing: DrawFields = () => '';

/** `props`, of each key one of the values. Made once: they are written thousands of times. */
function propsOf(choices: Readonly<Record<string, readonly (string | number)[]>>): DrawFields {
  const variants = Object.entries(choices).reduce<string[]>(
    (texts, [key, values]) =>
      texts.flatMap((text) =>
        values.map((value) => `${text}${text === '' ? '' : ','}"${key}":${JSON.stringify(value)}`),
      ),
    [''],
  );
  const pick = weightedPick(variants.map((fields, i) => [`,"props":{${fields}}`, 1 / (i + 1)] as const));
  return pick;
}

const pickCurrency = weightedPick([
  ['EUR', 60],
  ['USD', 30],
  ['CHF', 10],
]);
const purchaseProps = propsOf({ payment: ['card', 'invoice', 'wallet'], items: [1, 2, 3] });

function purchase(random: Random): string {
  const amount = `${integerBetween(random, 9, 240)}.${random() < 0.5 ? '90' : '50'}`;
  return `${purchaseProps(random)},"revenue":{"amount":"${amount}","currency":"${pickCurrency(random)}"}`;
}

interface Action {
  readonly name: string;
  readonly drawFields: DrawFields;
}

const ACTIONS: Weighted<Action> = [
  [{ name: 'search', drawFields: nothing }, 30],
  [{ name: 'add_to_cart', drawFields: propsOf({ product: ['lamp', 'chair', 'desk', 'shelf', 'rug'] }) }, 24],
  [
    {
      name: 'sign_up',
      drawFields: propsOf({ plan: ['free', 'team', 'business'], method: ['email', 'github'] }),
    },
    12,
  ],
  [{ name: 'purchase', drawFields: purchase }, 10],
  [{ name: 'video_play', drawFields: nothing }, 9],
  [
    {
      name: 'File Download',
      drawFields: propsOf({
        url: ['https://demo.example/files/catalogue.pdf', 'https://demo.example/files/terms.pdf'],
      }),
    },
    9,
  ],
  [
    {
      name: 'Outbound Link: Click',
      drawFields: propsOf({
        url: [
          'https://github.com/demo/shop',
          'https://status.demo.example/',
          'https://partner.example/offer',
        ],
      }),
    },
    6,
  ],
];

const pickAction = weightedPick(ACTIONS);

/** Of a custom event: what stands behind `"type":`, and further fields of `properties`. */
export function drawAction(random: Random): { readonly type: string; readonly fields: string } {
  const { name, drawFields } = pickAction(random);
  return { type: `"track","event":"${name}"`, fields: drawFields(random) };
}

/** Of an engagement event. */
export function drawEngagement(random: Random): { readonly type: string; readonly fields: string } {
  const engagedMs = integerBetween(random, 10_000, 240_000);
  const scrolled = integerBetween(random, 30, 100);
  return { type: '"engagement"', fields: `,"engagedMs":${engagedMs},"scrolled":${scrolled}` };
}
