// Types of plain-yaml.mjs, for its test.
import type { Plugin } from 'esbuild'

/** An esbuild plugin for what imports `yaml` from below `folder`. */
export function plainYaml(folder?: string): Plugin
