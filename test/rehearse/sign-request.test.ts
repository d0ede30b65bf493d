import { type Signer, signRequest } from '../../rehearse/sign-request';

/** Of AWS's own test suite for Signature Version 4: get-vanilla and post-vanilla. */
const signer: Signer = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
};
const now = new Date('2015-08-30T12:36:00Z');

test.each([
  ['GET', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['POST', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
] as const)('%s is signed as AWS signs it', (method, signature) => {
  const request = { method, url: 'https://example.amazonaws.com/', headers: {}, body: '' };

  const { authorization } = signRequest(request, 'service', signer, now);

  expect(authorization).toBe(
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  );
});

test('what is sent is signed: another body, path, header or key is another signature', () => {
  const request = {
    method: 'POST',
    url: 'https://127.0.0.1:4566/a',
    headers: { b: 'c' },
    body: '{}',
  } as const;
  const signature = (changed: object, key = signer): string | undefined =>
    signRequest({ ...request, ...changed }, 'lambda', key, now).authorization;

  const all = [
    signature({}),
    signature({ body: '{ }' }),
    signature({ url: 'https://127.0.0.1:4566/b' }),
    signature({ headers: { b: 'd' } }),
    signature({}, { ...signer, secretAccessKey: 'another' }),
  ];

  expect(new Set(all).size).toBe(all.length);
});
