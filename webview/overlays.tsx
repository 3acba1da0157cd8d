import { say } from '../src/core/speech/say.js'
import { connect, spoken } from '../src/core/diagram/gestures.js'
import type { Gesture } from '../src/core/diagram/gestures.js'
import type { Box } from '../src/core/diagram/picture.js'
import type { Scene, Subject } from '../src/core/diagram/scene.js'
import type { TopologyEdit } from '../src/core/topology/edit.js'
import { Chooser } from './canvas/chooser.js'
import type { Choosable } from './canvas/chooser.js'
import { ManyForm } from './canvas/many-form.js'
import { nodeId, subjectOf } from '../src/core/diagram/node-ids.js'
import { RenameBox } from './canvas/rename-box.js'
import type { Overlay } from './commands/drawing-commands.js'
import { Glyph } from './glyphs.js'

const TEXT = {
  find: say`Find on the canvas`,
  findHint: say`Name, address, VIP or role`,
  connect: (name: string) => say`Connect ${name} to`,
  connectHint: say`Network, director, real server or service`,
  renamed: (from: string, to: string) => say`Renamed ${from} to ${to}`,
}

/** The field or form that is open over the canvas. */
export function Overlays({
  overlay,
  scene,
  single,
  boxOf,
  onEdit,
  onTyping,
  onGesture,
  onFound,
  onHighlight,
  onClose,
}: {
  readonly overlay: Overlay | undefined
  readonly scene: Scene
  readonly single: Subject | undefined
  readonly boxOf: (subject: Subject) => Box | undefined
  /** `then`: what is selected afterwards. */
  readonly onEdit: (edits: readonly TopologyEdit[], said: string, then: readonly Subject[]) => void
  readonly onTyping: (edits: readonly TopologyEdit[]) => void
  readonly onGesture: (make: (scene: Scene) => Gesture) => void
  readonly onFound: (subject: Subject) => void
  readonly onHighlight: (id: string | undefined) => void
  readonly onClose: () => void
}) {
  if (overlay === undefined) return null
  switch (overlay.kind) {
    case 'find':
      return (
        <Chooser
          key="find"
          label={TEXT.find}
          placeholder={TEXT.findHint}
          items={choosables(scene)}
          onHighlight={onHighlight}
          onClose={onClose}
          onChoose={(id) => {
            const subject = subjectOf(id)
            if (subject !== undefined) onFound(subject)
            onClose()
          }}
        />
      )
    case 'connect': {
      const { from } = overlay
      return (
        <Chooser
          key="connect"
          label={TEXT.connect(from.name)}
          placeholder={`${TEXT.connect(from.name)}… ${TEXT.connectHint}`}
          items={choosables(scene).flatMap((item): Choosable[] => {
            const to = subjectOf(item.id)
            if (to === undefined || item.id === nodeId(from)) return []
            const gesture = connect(scene, from, to)
            return [gesture.ok ? item : { ...item, refused: gesture.reason }]
          })}
          onHighlight={onHighlight}
          onClose={onClose}
          onChoose={(id) => {
            const to = subjectOf(id)
            if (to !== undefined) onGesture((now) => connect(now, from, to))
            onClose()
          }}
        />
      )
    }
    case 'rename': {
      const { subject } = overlay
      const box = boxOf(subject)
      const renaming = (to: string): readonly TopologyEdit[] => [
        { kind: 'rename', what: subject.what, from: subject.name, to },
      ]
      return box === undefined ? null : (
        <RenameBox
          key={nodeId(subject)}
          scene={scene}
          subject={subject}
          box={box}
          onClose={onClose}
          onType={(to) => {
            onTyping(to === undefined ? [] : renaming(to))
          }}
          onRename={(to) => {
            onEdit(renaming(to), TEXT.renamed(subject.name, to), [{ what: subject.what, name: to }])
            onClose()
          }}
        />
      )
    }
    case 'many':
      return (
        <ManyForm
          scene={scene}
          selected={single}
          onClose={onClose}
          onAdd={({ edits, subjects }, said) => {
            onEdit(edits, said, subjects)
            onClose()
          }}
        />
      )
  }
}

function choosables({ hosts, networks, services }: Scene): Choosable[] {
  return [
    ...services.map(({ name, target, mode }) => ({
      id: nodeId({ what: 'service', name }),
      title: name,
      detail: [say`service`, mode?.toUpperCase(), target].filter(Boolean).join(' · '),
      glyph: <Glyph of="service" size={18} />,
    })),
    ...networks.map(({ name, subnets }) => ({
      id: nodeId({ what: 'network', name }),
      title: name,
      detail: [say`network`, ...subnets].join(' · '),
      glyph: <Glyph of="network" size={18} />,
    })),
    ...hosts.map(({ name, role, interfaces, vips }) => ({
      id: nodeId({ what: 'host', name }),
      title: name,
      detail: [
        spoken(role),
        ...interfaces.flatMap(({ addresses }) => addresses),
        ...vips.map(({ address }) => say`VIP ${address}`),
      ].join(' · '),
      glyph: <Glyph of={role ?? 'real-server'} size={18} />,
    })),
  ]
}
