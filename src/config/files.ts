/** Files that settings name. */
import { X509Certificate } from 'node:crypto';
import { fileLayer, type LayerValues } from '../core/layers/table.js';
import type { AddFault } from './faults.js';
import { type ModelFacts, parseModels } from './models-file.js';

/** Reads a text file. Throws as `fs.readFileSync` does. */
export type ReadFile = (path: string) => string;

type FileSetting = 'SYSTEM_PROMPT_FILE' | 'MODELS_FILE' | 'REDIS_TLS_CA_FILE' | 'SETTINGS_FILE';

/** Text of the file that a setting names. Empty, with a fault added, if the file is empty or unreadable. */
export function readText(setting: FileSetting, path: string, readFile: ReadFile, addFault: AddFault): string {
  const hint = 'give the path of a text file that this process can read';
  try {
    const text = readFile(path).trim();
    if (!text) addFault(setting, `the file ${path} is empty`, hint);
    return text;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    addFault(
      setting,
      code === 'ENOENT' ? `there is no file ${path}` : `the file ${path} cannot be read (${code})`,
      hint,
    );
    return '';
  }
}

export function readModels(
  path: string,
  readFile: ReadFile,
  addFault: AddFault,
): ReadonlyMap<string, ModelFacts> | undefined {
  const text = readText('MODELS_FILE', path, readFile, addFault);
  if (!text) return undefined;
  const { models, faults } = parseModels(text, path);
  for (const { problem, hint } of faults) addFault('MODELS_FILE', problem, hint);
  return models;
}

/** Certificates in PEM form. */
export function readCertificates(path: string, readFile: ReadFile, addFault: AddFault): string | undefined {
  const text = readText('REDIS_TLS_CA_FILE', path, readFile, addFault);
  if (!text) return undefined;
  try {
    void new X509Certificate(text);
    return text;
  } catch {
    const hint = 'give a PEM file, in which certificates begin with -----BEGIN CERTIFICATE-----';
    addFault('REDIS_TLS_CA_FILE', `the file ${path} holds no certificate`, hint);
    return undefined;
  }
}

/** Nothing if there is no such file and it `mayBeMissing`. */
export function readFileLayer(
  path: string,
  mayBeMissing: boolean,
  readFile: ReadFile,
  addFault: AddFault,
): LayerValues {
  if (mayBeMissing && !exists(path, readFile)) return {};
  const text = readText('SETTINGS_FILE', path, readFile, addFault);
  if (!text) return {};
  const hint = 'docs/layers.md has all fields, and an example';
  try {
    const { values, problems } = fileLayer(JSON.parse(text));
    for (const problem of problems) addFault('SETTINGS_FILE', `in ${path}, ${problem}`, hint);
    return values;
  } catch {
    addFault('SETTINGS_FILE', `the file ${path} is not JSON`, hint);
    return {};
  }
}

function exists(path: string, readFile: ReadFile): boolean {
  try {
    readFile(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
