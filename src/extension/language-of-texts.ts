import { Uri, env, workspace } from 'vscode'
import { speak } from '../core/speech/say.js'
import type { Texts } from '../core/speech/say.js'
import { log } from './log.js'

/** Lets texts be in the language of the editor, as far as there are texts in it. */
export async function speakLikeTheEditor(extension: Uri): Promise<void> {
  if (env.language !== 'zh-cn') return
  const file = Uri.joinPath(extension, 'dist', 'zh-cn.json')
  try {
    const texts = JSON.parse(new TextDecoder().decode(await workspace.fs.readFile(file))) as Texts
    speak({ tag: 'zh-CN', texts })
  } catch (error) {
    log().warn(
      `${file.path} could not be read, so texts are in English; is the extension installed completely? ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
