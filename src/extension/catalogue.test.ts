import { describe, expect, it } from 'vitest'
import manifest from '../../package.json'
import english from '../../package.nls.json'
import chinese from '../../package.nls.zh-cn.json'
import { TOKEN_TYPES } from '../core/language/token-types.js'
import {
  CLUSTERS_VIEW,
  COMMANDS,
  LANGUAGE,
  OTHER_LANGUAGES,
  SETTINGS,
  VIEW_TYPE,
  WALKTHROUGH,
} from './catalogue.js'

/** What a when-clause may speak of: VS Code's own, and what the canvas says of itself where its menu is opened. */
const KNOWN_CONTEXT =
  /^(activeCustomEditorId|resourceLangId|resourceFilename|sideBarFocus|panelFocus|auxiliaryBarFocus|inputFocus|webviewId|view|viewItem|lvs(Selected|Editable|InFarm))$/

const { contributes } = manifest
/** Entries of menus may be submenus, which have entries of their own. */
const ids = (list: readonly ({ readonly command: string } | { readonly submenu: string })[]) =>
  list.flatMap((entry) => ('command' in entry ? entry.command : []))

describe('the manifest and the catalogue are one', () => {
  it('commands', () => {
    expect(ids(contributes.commands).sort()).toEqual(Object.values(COMMANDS).sort())
  })

  it('settings', () => {
    expect(Object.keys(contributes.configuration.properties).sort()).toEqual(Object.values(SETTINGS).sort())
  })

  it('menus and keys name commands there are', () => {
    const named = [...ids(contributes.keybindings), ...Object.values(contributes.menus).flatMap(ids)]
    expect(named.filter((command) => !(Object.values(COMMANDS) as string[]).includes(command))).toEqual([])
  })

  it('links of the first steps and of an empty tree lead to commands', () => {
    const { walkthroughs, viewsWelcome } = contributes
    for (const texts of [english, chinese]) {
      const linked = JSON.stringify([walkthroughs, viewsWelcome, texts]).match(
        /(?<=command:|onCommand:)lvsDesigner\.\w+/g,
      )
      expect(linked?.length).toBeGreaterThan(10)
      expect(linked?.filter((command) => !(Object.values(COMMANDS) as string[]).includes(command))).toEqual(
        [],
      )
    }
    expect(walkthroughs.map(({ id }) => id)).toEqual([WALKTHROUGH])
    expect(contributes.views.lvsDesigner.map(({ id }) => id)).toEqual([CLUSTERS_VIEW])
  })

  it('the editor and the language', () => {
    expect(contributes.customEditors.map(({ viewType }) => viewType)).toEqual([VIEW_TYPE])
    expect(contributes.languages.map(({ id }) => id)).toEqual([LANGUAGE, ...Object.values(OTHER_LANGUAGES)])
    expect(contributes.grammars.map(({ language }) => language)).toEqual([
      LANGUAGE,
      ...Object.values(OTHER_LANGUAGES),
    ])
  })

  it('every kind of word that is coloured is known to themes, and to those that have no colour for it', () => {
    expect(contributes.semanticTokenTypes.map(({ id }) => id)).toEqual([...TOKEN_TYPES])
    expect(contributes.semanticTokenScopes.map(({ language }) => language)).toEqual([LANGUAGE])
    for (const { scopes } of contributes.semanticTokenScopes) {
      expect(Object.keys(scopes)).toEqual([...TOKEN_TYPES])
    }
  })

  it('when-clauses speak of what there is', () => {
    const clauses = [
      ...contributes.keybindings.map(({ when }) => when),
      ...Object.values(contributes.menus).flatMap((entries) =>
        entries.flatMap((entry) => ('when' in entry ? [entry.when] : [])),
      ),
      ...contributes.commands.flatMap((entry) => ('enablement' in entry ? [entry.enablement] : [])),
    ]
    const keys = clauses.flatMap((clause) =>
      clause
        .split(/\s*(?:&&|\|\|)\s*/)
        .map((term) => term.replace(/^!/, '').split(/\s*(?:==|!=|=~)\s*/)[0] ?? ''),
    )
    expect(keys.filter((key) => !KNOWN_CONTEXT.test(key))).toEqual([])
    expect(clauses.join(' ')).toContain(`activeCustomEditorId == ${VIEW_TYPE}`)
  })

  it('what the canvas can do is in the palette of commands, and in its menu for the canvas alone', () => {
    // Those that work without a canvas are in the palette wherever one is.
    const palette = [...ids(contributes.menus.commandPalette), COMMANDS.exportDrawing, COMMANDS.openTerminal]
    const inMenu = [
      ...contributes.menus['webview/context'],
      ...contributes.menus['lvsDesigner.add'],
      ...contributes.menus['lvsDesigner.align'],
    ]
    expect(ids(inMenu).filter((command) => !palette.includes(command))).toEqual([])
    for (const { when } of contributes.menus['webview/context'])
      expect(when).toContain(`webviewId == ${VIEW_TYPE}`)
    const submenus = inMenu.flatMap((entry) => ('submenu' in entry ? entry.submenu : []))
    expect(submenus).toEqual(contributes.submenus.map(({ id }) => id))
    expect(Object.keys(contributes.menus)).toEqual(expect.arrayContaining(submenus))
  })

  it('keys work on the canvas only: VS Code’s own stay its own', () => {
    for (const { key, when } of contributes.keybindings) {
      // The canvas stays the active editor while somebody types in Quick Open, in a view or in a dialog's field.
      expect(when).toBe(
        `activeCustomEditorId == ${VIEW_TYPE} && !sideBarFocus && !panelFocus && !auxiliaryBarFocus && !inputFocus`,
      )
      // A page's own fields are no input to VS Code: a key that types something would do both there.
      expect(key).toMatch(/^(ctrl|alt|(shift\+)?f\d+)/)
    }
  })

  it('nothing wakes the extension but what it is for', () => {
    // Beside what VS Code sees by itself (a topology, a command): settings, whose faults are said where they stand.
    expect(manifest.activationEvents).toEqual(['workspaceContains:**/.lvs-designer.yaml'])
  })

  it('what names programs, keys or hosts is not taken from a workspace nobody trusts', () => {
    expect(manifest.capabilities.untrustedWorkspaces).toMatchObject({
      supported: 'limited',
      restrictedConfigurations: [SETTINGS.sshConfig],
    })
  })
})
