/** The modules that DEBUG may name: what each then says. */
import { type Environment, SETTING } from '../pipeline/settings';

export const DEBUG_MODULES = {
  source: 'every invocation of the consumer: partition, offsets, duration, outcome',
  gateway: 'every request: method, path, outcome, duration',
} as const;

export type DebugModule = keyof typeof DEBUG_MODULES;

export function isDebugged(env: Environment, module: DebugModule): boolean {
  return (env[SETTING.DEBUG] ?? '').split(',').includes(module);
}
