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
  /** Every other sentence: data that is said elsewhere, or what nobody reads. */
  readonly sentences: readonly Pick<SourceText, 'key' | 'place'>[]
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
  const sentences: Pick<SourceText, 'key' | 'place'>[] = []
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
  const look = (node: ts.Node): void => {
    if (isForMachines(node)) return
    const whole = writtenOut(node)
    const isSaid = ts.isTaggedTemplateExpression(node.parent)
    if (whole !== undefined && !isSaid && isSentence(whole.key)) {
      sentences.push({ key: whole.key, place: placeOf(node) })
    }
    for (const inner of whole?.within ?? childrenOf(node)) look(inner)
  }
  visit(source)
  childrenOf(source).forEach(look)
  return { texts, unsaid, sentences }
}

/** The small words that no command, key or class name has. */
const SMALL_WORDS =
  /(?:^|[\s(“"])(?:is|are|was|were|be|been|not|no|none|the|an?|of|this|that|these|its?|has|have|had|cannot|can|could|must|will|would|which|with|without|than|there|nothing|nobody|every|each|any)(?=[\s,;:.?!)]|$)/iu

function isSentence(text: string): boolean {
  return SMALL_WORDS.test(text) && (text.match(/\p{L}[\p{L}’']+/gu) ?? []).length > 1
}

/** What is written for the compiler, the log, or whoever mends a fault of ours. */
function isForMachines(node: ts.Node): boolean {
  return (
    ts.isImportDeclaration(node) ||
    ts.isTypeNode(node) ||
    (ts.isThrowStatement(node) && /^new (Range|Type)?Error\(/.test(node.expression.getText())) ||
    (ts.isCallExpression(node) && LOGS.includes(lastName(node.expression))) ||
    (ts.isPropertyAssignment(node) && NAMES_OF_WORKS.includes(node.name.getText())) ||
    (ts.isJsxAttribute(node) && node.name.getText() === 'className')
  )
}

const LOGS = ['log', 'trace', 'debug', 'info', 'warn', 'error']
/** Where something is known from: names of files, standards and programs. */
const NAMES_OF_WORKS = ['source']

/** A text with what is joined to it, and the expressions in its places. */
function writtenOut(
  node: ts.Node,
): { readonly key: string; readonly within: readonly ts.Node[] } | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node))
    return { key: node.text, within: [] }
  if (ts.isTemplateExpression(node)) {
    return { ...patternOf(node), within: node.templateSpans.map(({ expression }) => expression) }
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined
  const [left, right] = [writtenOut(node.left), writtenOut(node.right)]
  return left && right && { key: left.key + right.key, within: [...left.within, ...right.within] }
}

function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = []
  ts.forEachChild(node, (child) => {
    children.push(child)
  })
  return children
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
  // How far something has come on the hosts, or in the lab.
  { room: /^src\/(remote|engine|lab)\//, holds: (node) => isArgument(node, ['tell', 'onProgress'], 0) },
  // Messages and dialogs of VS Code.
  { room: /^src\/extension\//, holds: (node) => isArgument(node, MESSAGES, 0) },
  { room: /^src\/extension\//, holds: (node) => isProperty(node, DIALOG_TEXTS) },
  // What stands in the page, and what is read aloud of it.
  { room: /^webview\//, holds: (node) => ts.isJsxText(node) },
  {
    room: /^webview\//,
    holds: (node) => isAttribute(node, SHOWN_ATTRIBUTES),
  },
  // Chosen or joined on its way there.
  { room: /^webview\//, holds: (node) => isShownInPlace(whole(node)) },
  {
    room: /^webview\//,
    holds: (node) => isProperty(whole(node), ['title', 'detail', 'label', 'hint']) && isWithinFunction(node),
  },
]

const SHOWN_ATTRIBUTES = [
  ...['title', 'label', 'placeholder', 'alt', 'aria-label', 'aria-description'],
  ...['aria-roledescription', 'aria-valuetext'],
]

/** The expression whose value a text becomes, or becomes part of: one side of `??`, of a choice, an item of what is joined. */
function whole(node: ts.Node): ts.Node {
  const { parent } = node
  const isOperand =
    ts.isBinaryExpression(parent) && (JOINS.includes(parent.operatorToken.kind) || parent.right === node)
  const isPart =
    (isOperand && !COMPARES.test(parent.operatorToken.getText())) ||
    ts.isParenthesizedExpression(parent) ||
    ts.isArrayLiteralExpression(parent) ||
    (ts.isConditionalExpression(parent) && parent.condition !== node) ||
    (ts.isPropertyAccessExpression(parent) && JOINING.includes(parent.name.text)) ||
    (ts.isCallExpression(parent) && parent.expression === node)
  return isPart ? whole(parent) : node
}

const JOINS = [ts.SyntaxKind.PlusToken, ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken]
const COMPARES = /^(?:[=!]==?|in|instanceof)$/
const JOINING = ['filter', 'join']

/** Between the tags of an element. */
function isShownInPlace({ parent }: ts.Node): boolean {
  return ts.isJsxExpression(parent) && !ts.isJsxAttribute(parent.parent)
}

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
