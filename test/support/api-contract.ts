/** docs/openapi.yaml as a check: what it finds wrong with an answer of the dashboard handler, in words. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { parse } from 'yaml';

type Json = { readonly [name: string]: Json };

const file = join(__dirname, '../../docs/openapi.yaml');
const contract = parse(readFileSync(file, 'utf8'), { merge: true }) as Json;
const utcTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictSchema: false, allErrors: true });
ajv.addFormat('date-time', utcTime);
ajv.addSchema(contract, 'contract');

export const contractPaths = Object.keys(contract.paths ?? {});

/** Follows `#/a/b` within the contract; gives the node and its address. */
function resolve(pointer: string): { readonly node: Json; readonly pointer: string } {
  let node: Json | undefined = contract;
  for (const step of pointer.split('/').slice(1)) {
    node = node?.[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  if (node === undefined) throw new Error(`docs/openapi.yaml has no ${pointer}`);
  const reference: unknown = node.$ref;
  return typeof reference === 'string' ? resolve(reference.slice(1)) : { node, pointer };
}

function escapeStep(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

function check(pointer: string, value: unknown): string[] {
  const validate = ajv.getSchema(`contract#${pointer}`);
  if (validate === undefined) throw new Error(`no schema at ${pointer}`);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  );
}

function checkHeaders(at: string, headers: Json, result: APIGatewayProxyResult): string[] {
  return Object.keys(headers).flatMap((name) => {
    const { node, pointer } = resolve(`${at}/headers/${name}`);
    const text = result.headers?.[name];
    const isNeeded: unknown = node.required;
    if (text === undefined) return isNeeded === true ? [`header ${name} is missing`] : [];
    const type: unknown = resolve(`${pointer}/schema`).node.type;
    return check(`${pointer}/schema`, type === 'integer' ? Number(text) : text);
  });
}

/** Empty where `result`, as the answer to a GET of `path`, is what the contract says. */
export function findViolations(path: string, result: APIGatewayProxyResult): string[] {
  const { node, pointer } = resolve(`/paths/${escapeStep(path)}/get/responses/${result.statusCode}`);
  const violations = node.headers === undefined ? [] : checkHeaders(pointer, node.headers, result);
  if (node.content === undefined) return result.body === '' ? violations : [...violations, 'has a body'];
  if (result.headers?.['Content-Type'] !== 'application/json; charset=utf-8') violations.push('not JSON');
  const schema = `${pointer}/content/${escapeStep('application/json')}/schema`;
  return [...violations, ...check(schema, JSON.parse(result.body))];
}
