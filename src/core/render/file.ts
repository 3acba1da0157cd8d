/** One generated file: path with forward slashes below the folder everything goes to, LF, a newline at the end. */
export interface RenderedFile {
  readonly path: string
  readonly content: string
  readonly executable?: true
}

/**
 * A name as one part of a path. The parser lets only such names through already; a drawing made otherwise must not
 * be able to write anywhere else either.
 */
export function pathPart(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]/g, '_').replace(/^\.+/, '_')
}

/** Lines as the content of a file. */
export function fileOf(
  lines: readonly string[],
  path: string,
  attributes: Pick<RenderedFile, 'executable'> = {},
): RenderedFile {
  return { path, content: `${lines.join('\n')}\n`, ...attributes }
}
