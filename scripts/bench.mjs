// `npm run bench`: speed and memory, as medians and as ratios against a peer measured in turn. Never part of a test and
// never fails on a time: machines differ, and this one may be busy.
//   npm run bench -- core           only what runs without hosts: reading, checks, edits, files, the program's start
//   npm run bench -- hosts          only deployments, on virtual hosts
//   npm run bench -- --json FILE    the figures also as JSON
import { build } from 'esbuild'
import { spawn, spawnSync } from 'node:child_process'
import { setUpPackages, setUpPrograms } from './setup.mjs'

const SECTIONS = ['core', 'hosts']
// Not in dist, which is shipped.
const BUNDLE = 'node_modules/.bench/bench.cjs'

const { sections, json } = readArguments(process.argv.slice(2))
