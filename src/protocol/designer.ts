import type { Scene, Subject } from '../core/diagram/scene.js'
import type { Inspection } from '../core/language/inspection.js'
import type { ModeComparison } from '../core/compare/modes.js'
import type { TopologyEdit } from '../core/topology/edit.js'
import type { Path } from '../core/topology/path.js'
import type { PictureFormat } from './pictures.js'
import type { WalkChoices, WalkWish, Walked } from './walks.js'

/** Whether the drawing may be changed, and if not why, in words for a person. */
export type Access = { readonly editable: true } | { readonly editable: false; readonly reason: string }

/** What became of a host in the last deployment, verification or removal, or how it differs from it. */
export interface HostOutcomeMark {
  readonly host: string
  readonly outcome:
    'UNCHANGED' | 'COMMITTED' | 'REVERTED' | 'UNKNOWN' | 'PASSED' | 'FAILED' | 'IN_SYNC' | 'DRIFTED'
  readonly detail: string
}

/** What the canvas can be told to do from outside: by a keybinding, a menu, the palette. */
export const CANVAS_ACTIONS = [
  'arrange',
  'fit',
  'zoom-in',
  'zoom-out',
  'zoom-to-100',
  'zoom-to-selection',
  'minimap',
  'lock',
  'find',
  'next-finding',
  'previous-finding',
  'walk',
  'delete',
  'select-all',
  'copy',
  'cut',
  'paste',
  'duplicate',
  'rename',
  'connect',
  'collapse',
  'add-client',
  'add-router',
  'add-director',
  'add-real-server',
  'add-network',
  'add-service',
  'add-real-servers',
  'align-left',
  'align-center',
  'align-right',
  'align-top',
  'align-middle',
  'align-bottom',
  'distribute-horizontally',
  'distribute-vertically',
  'move-left',
  'move-right',
  'move-up',
  'move-down',
  'longer',
  'shorter',
] as const
export type CanvasAction = (typeof CANVAS_ACTIONS)[number]

/** Commands a button on the page may ask for. Each asks the person natively before it changes anything on a host. */
export const CANVAS_COMMANDS = [
  'check',
  'plan',
  'deploy',
  'verify',
  'start-lab',
  'open-text',
  'new-topology',
  'get-started',
] as const
export type CanvasCommand = (typeof CANVAS_COMMANDS)[number]

/** From the extension to the designer. */
export type ToDesigner =
  /**
   * The document as it is now. While its text cannot be read the scene is that of the last text that could, and
   * `unreadable` says how many problems stand in the way.
   */
  | {
      readonly kind: 'model'
      readonly version: number
      readonly scene: Scene
      readonly unreadable: number
      readonly access: Access
    }
  /** It could not be read, or not be looked at as wished; until it is, what was told last is all there is. */
  | { readonly kind: 'unread'; readonly reason: string }
  /**
   * `version`: of the text that has it; none where nothing was to be changed. `made`: what is there now that was not,
   * where only the extension could tell.
   */
  | {
      readonly kind: 'answer'
      readonly request: number
      readonly ok: true
      readonly version?: number
      readonly made?: readonly Subject[]
    }
  /** `stale`: made on an older version; the model of the newer one is on its way or has come. */
  | {
      readonly kind: 'answer'
      readonly request: number
      readonly ok: false
      readonly stale: boolean
      readonly reason: string
    }
  /** What the property panel shows; undefined when what was selected is gone. */
  | { readonly kind: 'inspection'; readonly version: number; readonly inspection: Inspection | undefined }
  | { readonly kind: 'modes'; readonly comparison: ModeComparison }
  /** The caret of a text editor stands in this subject. */
  | { readonly kind: 'select'; readonly subject: Subject }
  /** Select this and bring it into sight. */
  | { readonly kind: 'reveal'; readonly subject: Subject }
  | { readonly kind: 'action'; readonly action: CanvasAction }
  | { readonly kind: 'outcomes'; readonly hosts: readonly HostOutcomeMark[] }
  /** Make a picture, as soon as everything stands on its place. */
  | { readonly kind: 'picture'; readonly request: number; readonly format: PictureFormat }
  /** Open the packet walk of a service. */
  | { readonly kind: 'walk'; readonly service: string }
  | { readonly kind: 'walk-choices'; readonly request: number; readonly choices: WalkChoices | undefined }
  /** What was wished for last, on the text of that version; again after every change. Undefined: no such service. */
  | {
      readonly kind: 'walked'
      readonly request: number
      readonly version: number
      readonly walked: Walked | undefined
    }

/** From the designer to the extension. */
export type FromDesigner =
  | { readonly kind: 'ready' }
  /** Once more, after it could not be read. */
  | { readonly kind: 'draw' }
  | {
      readonly kind: 'edit'
      readonly request: number
      /** The version of the model the edits were made on. */
      readonly version: number
      readonly edits: readonly TopologyEdit[]
    }
  /** What a person is typing would change this, and has not finished; none: nobody types. */
  | { readonly kind: 'typing'; readonly edits: readonly TopologyEdit[] }
  /** Take a fix of a finding of the model of that version. */
  | {
      readonly kind: 'fix'
      readonly request: number
      readonly version: number
      readonly finding: number
      readonly fix: number
    }
  /** Put these into the clipboard, as text. */
  | { readonly kind: 'copy'; readonly request: number; readonly subjects: readonly Subject[] }
  /** Make what is in the clipboard part of the drawing, if it is of that version. */
  | { readonly kind: 'paste'; readonly request: number; readonly version: number }
  | {
      readonly kind: 'duplicate'
      readonly request: number
      readonly version: number
      readonly subjects: readonly Subject[]
    }
  /** The selection has changed: inspect it, and show it in the text. Undefined: the cluster as a whole. */
  | {
      readonly kind: 'select'
      readonly subject: Subject | undefined
      /** It was selected before, on a page that went to the background: the text stays where it is. */
      readonly quietly?: true
    }
  /** Show this place in the text. */
  | { readonly kind: 'show'; readonly path: Path }
  /** Show the first problem of a text that cannot be read. */
  | { readonly kind: 'show-problems' }
  /** Walk this, and again whenever the text has changed; undefined: no longer. */
  | { readonly kind: 'walk'; readonly request: number; readonly wish: WalkWish | undefined }
  /** A picture that was asked for. */
  | { readonly kind: 'picture-made'; readonly request: number; readonly content: string }
  | { readonly kind: 'picture-failed'; readonly request: number; readonly reason: string }
  | { readonly kind: 'undo' }
  | { readonly kind: 'redo' }
  | { readonly kind: 'run'; readonly command: CanvasCommand }
  /** Something in the designer failed: for the log. */
  | { readonly kind: 'fault'; readonly message: string }
