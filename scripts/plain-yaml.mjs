// The YAML library takes a text apart in generators that hand each word on to generators around them: half of what
// reading takes is the handing on. In what we bundle, the methods inside are plain ones that gather what they
// would have yielded, and only the outermost hands on. They do what they did: test/plain-yaml.test.ts compares.
import { readFile } from 'node:fs/promises'
import { resolve, sep } from 'node:path'

// The same library without a look at the environment at every word.
const LIBRARY = resolve('node_modules/yaml/browser')

/** An esbuild plugin for what imports `yaml` from below `folder`; whatever else does gets it as it was published. */
export function plainYaml(folder = '.') {
  const ours = resolve(folder) + sep
  return {
    name: 'plain-yaml',
    setup: (build) => {
      build.onResolve({ filter: /^yaml$/ }, ({ importer }) =>
        importer.startsWith(ours) ? { path: resolve(LIBRARY, 'index.js') } : undefined,
      )
      build.onLoad(
        { filter: /[\\/]yaml[\\/]browser[\\/]dist[\\/]parse[\\/](lexer|parser)\.js$/ },
        async ({ path }) => {
          const text = await readFile(path, 'utf8')
          return { contents: path.endsWith('lexer.js') ? plainLexer(text) : plainParser(text) }
        },
      )
    },
  }
}

function plainLexer(text) {
  return edited(plainMethods(text, ['lex']), [
    [`        this.buffer = '';\n`, `        this.buffer = '';\n        this.made = [];\n`],
    [
      `            next = this.parseNext(next);\n`,
      `        {
            next = this.parseNext(next);
            for (let at = 0; at < this.made.length; at++)
                yield this.made[at];
            this.made.length = 0;
        }\n`,
    ],
  ])
}

/** What has been made since somebody asked, which is nothing after nearly every word. */
const MADE = `const made = this.made;
        if (made.length > 0)
            this.made = [];
        return made;
    }\n`

function plainParser(text) {
  return edited(plainMethods(text, ['parse']), [
    [`        this.stack = [];\n`, `        this.stack = [];\n        this.made = [];\n`],
    [
      `    next(source) {\n`,
      `    next(source) {\n        this.take(source);\n        ${MADE}    take(source) {\n`,
    ],
    [`    end() {\n`, `    end() {\n        this.popAll();\n        ${MADE}    popAll() {\n`],
    [`            this.next(lexeme);\n`, `            yield* this.next(lexeme);\n`],
    [`            this.end();\n`, `            yield* this.end();\n`],
  ])
}

/** The methods of the class without generators, but for those that are called from outside. */
function plainMethods(text, outermost) {
  const begin = text.indexOf('\nclass ')
  const methods = text
    .slice(begin)
    .replace(/^( {4})\*(\w+)\(/gm, (method, indent, name) =>
      outermost.includes(name) ? method : `${indent}${name}(`,
    )
    .replace(/\byield\* this\./g, 'this.')
    .replace(/^( +)yield ([^;]+);/gm, '$1this.made.push($2);')
  const left = methods.replace(/^ *\*.*$/gm, '').match(/\byield\b/g)
  if (begin < 0 || left !== null) throw new Error(UNKNOWN)
  return text.slice(0, begin) + methods
}

function edited(text, replacements) {
  return replacements.reduce((before, [from, to]) => {
    if (before.split(from).length !== 2) throw new Error(UNKNOWN)
    return before.replace(from, () => to)
  }, text)
}

const UNKNOWN =
  'the YAML library is written otherwise than scripts/plain-yaml.mjs knows: adapt it, or bundle the library without it'
