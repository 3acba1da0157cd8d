import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** A text that people read, as the source has it. */
export interface SourceText {
  /** English, with numbered places. */
  readonly key: string
  readonly place: string
  /** Places that a language may leave out: an English ending, as in `host${n === 1 ? '' : 's'}`. */
  readonly endings: readonly string[]
}

export interface TextsOfSource {
  readonly texts: readonly SourceText[]
  /** What people read and `say` is not told of. */
  readonly unsaid: readonly string[]
}

const SOURCE = ['src', 'webview']
const TAGS = ['say', 'toSay']

export function sourceFiles(): string[] {
  return SOURCE.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|test-kit|\.d\.ts$/.test(file))
    .sort()
}

export function textsOf(file: string, text = readFileSync(file, 'utf8')): TextsOfSource {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const texts: SourceText[] = []
  const unsaid: string[] = []
  const placeOf = (node: ts.Node) =>
    `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && ts.isIdentifier(node.tag) && TAGS.includes(node.tag.text)) {
      texts.push({ ...patternOf(node.template), place: placeOf(node) })
    } else if (isText(node) && isReadByPeople(node, file)) {
      unsaid.push(`${placeOf(node)}: ${node.getText()}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return { texts, unsaid }
}

type TextNode = ts.StringLiteral | ts.TemplateLiteral | ts.JsxText

function patternOf(template: ts.TemplateLiteral): Pick<SourceText, 'key' | 'endings'> {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return { key: template.text, endings: [] }
  const { head, templateSpans } = template
  return {
    key: templateSpans.reduce((key, { literal }, index) => `${key}{${index}}${literal.text}`, head.text),
    endings: templateSpans.flatMap(({ expression }, index) =>
      ts.isConditionalExpression(expression) &&
      ts.isStringLiteral(expression.whenTrue) &&
      ts.isStringLiteral(expression.whenFalse)
        ? [`{${index}}`]
        : [],
    ),
  }
}

/** Has words, and is not told to `say` already. */
function isText(node: ts.Node): node is TextNode {
  if (ts.isJsxText(node)) return /\p{L}/u.test(node.text)
  if (
    !ts.isStringLiteral(node) &&
    !ts.isNoSubstitutionTemplateLiteral(node) &&
    !ts.isTemplateExpression(node)
  )
    return false
  if (ts.isTaggedTemplateExpression(node.parent)) return false
  const words = ts.isTemplateExpression(node) ? patternOf(node).key.replace(/\{\d+\}/g, '') : node.text
  return /\p{L}{2}/u.test(words)
}

/** Where in a room a text can only be for people. */
function isReadByPeople(node: TextNode, file: string): boolean {
  return PLACES.some(({ room, holds }) => room.test(file) && holds(node))
}

const MESSAGES = [
  ...['sayInformation', 'sayWarning', 'sayError'],
  ...['showInformationMessage', 'showWarningMessage', 'showErrorMessage'],
]
const DIALOG_TEXTS = ['title', 'placeHolder', 'prompt', 'openLabel', 'saveLabel', 'tooltip']

const PLACES: readonly { readonly room: RegExp; readonly holds: (node: TextNode) => boolean }[] = [
  // report(place, 'message', fixes) of a rule, and the title of a fix.
  { room: /^src\/core\/checks\//, holds: (node) => isArgument(node, ['report'], 1) },
  { room: /^src\/core\/checks\//, holds: (node) => isProperty(node, ['title']) && isWithinFunction(node) },
  // Messages and dialogs of VS Code.
  { room: /^src\/extension\//, holds: (node) => isArgument(node, MESSAGES, 0) },
  { room: /^src\/extension\//, holds: (node) => isProperty(node, DIALOG_TEXTS) },
  // What stands in the page, and what is read aloud of it.
  { room: /^webview\//, holds: (node) => ts.isJsxText(node) },
  {
    room: /^webview\//,
    holds: (node) => isAttribute(node, ['title', 'label', 'aria-label', 'placeholder', 'alt']),
  },
]

function isAttribute({ parent }: ts.Node, names: readonly string[]): boolean {
  const attribute = ts.isJsxExpression(parent) ? parent.parent : parent
  return ts.isJsxAttribute(attribute) && names.includes(attribute.name.getText())
}

function isArgument(node: ts.Node, functions: readonly string[], index: number): boolean {
  const { parent } = node
  return (
    ts.isCallExpression(parent) &&
    functions.includes(lastName(parent.expression)) &&
    parent.arguments[index] === node
  )
}

function isProperty({ parent }: ts.Node, names: readonly string[]): boolean {
  return ts.isPropertyAssignment(parent) && ts.isIdentifier(parent.name) && names.includes(parent.name.text)
}

/** What stands outside of functions is data, which is told when it is read. */
function isWithinFunction(node: ts.Node): boolean {
  return ts.findAncestor(node, (each) => ts.isFunctionLike(each)) !== undefined
}

function lastName(called: ts.Expression): string {
  if (ts.isIdentifier(called)) return called.text
  return ts.isPropertyAccessExpression(called) ? called.name.text : ''
}
