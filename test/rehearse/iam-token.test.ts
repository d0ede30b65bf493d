import { generateAuthTokenFromCredentialsProvider } from 'aws-msk-iam-sasl-signer-js';
import { tokenFault } from '../../rehearse/iam-token';

const separator = String.fromCharCode(1);
const message = (token: string): string => `n,,${separator}auth=Bearer ${token}${separator}${separator}`;

async function signedToken(): Promise<string> {
  const { token } = await generateAuthTokenFromCredentialsProvider({
    region: 'us-east-1',
    awsCredentialsProvider: async () => ({ accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret' }),
  });
  return token;
}

test('a token as the signer of our clients makes it is taken', async () => {
  expect(tokenFault(message(await signedToken()))).toBeUndefined();
});

test.each([
  ['kafka-cluster:Connect', 'kafka-cluster:ReadData', 'the token is not for kafka-cluster:Connect'],
  ['kafka.us-east-1.amazonaws.com', 'kafka.example.com', 'the token is not for MSK'],
  ['ASIAEXAMPLE', '', 'the token names no identity'],
  ['X-Amz-Signature', 'X-Amz-Nothing', 'the token is not signed'],
  ['https://', 'nowhere', 'the token is no address'],
])('one that says %j as %j is not', async (from, to, fault) => {
  const address = decodeURIComponent(Buffer.from(await signedToken(), 'base64url').toString());
  const changed = Buffer.from(address.replace(from, to)).toString('base64url');

  expect(tokenFault(message(changed))).toBe(fault);
});

test.each(['', 'n,,', message(''), message('no token!'), 'auth=Bearer'])('%j holds no token', (text) => {
  expect(tokenFault(text)).toBe('no bearer token');
});
