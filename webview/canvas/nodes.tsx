import { Handle, Position } from '@xyflow/react'
import type { NodeProps } from '@xyflow/react'
import { memo } from 'react'
import { say } from '../../src/core/speech/say.js'
import { hostRows } from '../../src/core/diagram/sizes.js'
import type { HostRow } from '../../src/core/diagram/sizes.js'
import type { SceneHost } from '../../src/core/diagram/scene.js'
import { spoken } from '../../src/core/diagram/gestures.js'
import { Glyph, SeverityMark } from '../glyphs.js'
import { problemsInWords } from './labels.js'
import { domId } from './dom-id.js'
import type { Badge } from '../../src/core/diagram/badges.js'
import type { FarmNode, HostNode, NetworkNode, ServiceNode } from './elements.js'
import type { HostOutcomeMark } from '../../src/protocol/designer.js'
import { outcomeWord } from '../../src/protocol/outcome-words.js'
import { useCanvasActions } from './actions.js'
import { BarEnds } from './bar-ends.js'
import { GhostCard } from '../walk/ghost-card.js'

/** Where lines start and end for React Flow. What is drawn, links.tsx works out itself; this one is dragged from. */
function Plug({
  visible = true,
  position = Position.Right,
}: {
  readonly visible?: boolean
  readonly position?: Position
}) {
  return (
    <>
      <Handle
        type="source"
        position={position}
        className={visible ? 'plug' : 'plug plug-hidden'}
        isConnectable={visible}
      />
      <Handle type="target" position={Position.Left} className="plug plug-hidden" isConnectable={false} />
    </>
  )
}

/** What a node is called by those who do not see it; its id is what the canvas names as the active one. */
function spokenAs(id: string, label: string, badge: Badge | undefined) {
  return {
    id: domId(id),
    role: 'group',
    'aria-label': label,
    'aria-description': problemsInWords(badge),
  } as const
}

function BadgeMark({ badge }: { readonly badge: Badge | undefined }) {
  if (badge === undefined) return null
  return (
    <span className={`badge badge-${badge.worst}`}>
      <SeverityMark severity={badge.worst} size={15} />
      {badge.messages.length > 1 && <span className="badge-count">{badge.messages.length}</span>}
    </span>
  )
}

const OUTCOME_SIGN: Readonly<Record<HostOutcomeMark['outcome'], string>> = {
  UNCHANGED: '=',
  COMMITTED: '✓',
  PASSED: '✓',
  REVERTED: '↺',
  FAILED: '✗',
  UNKNOWN: '?',
  IN_SYNC: '=',
  DRIFTED: '≠',
}

function OutcomeMark({ outcome }: { readonly outcome: HostOutcomeMark | undefined }) {
  if (outcome === undefined) return null
  return (
    <span className={`outcome outcome-${outcome.outcome.toLowerCase()}`} title={outcome.detail}>
      {OUTCOME_SIGN[outcome.outcome]} {outcomeWord(outcome)}
    </span>
  )
}

export const HostCard = memo(function HostCard({ id, data, selected }: NodeProps<HostNode>) {
  const { host, badge, outcome } = data
  const { name, role } = host
  return (
    <div
      {...spokenAs(id, data.label, badge)}
      className={`card host role-${role ?? 'unknown'}${selected ? ' selected' : ''}`}
    >
      <header>
        <Glyph of={role ?? 'real-server'} size={26} />
        <div className="card-names">
          <span className="card-name">{name}</span>
          <span className="card-kind">
            {spoken(role)}
            <OutcomeMark outcome={outcome} />
          </span>
        </div>
      </header>
      {hostRows(host).map((row, index) => (
        <Row key={index} row={row} host={host} />
      ))}
      <BadgeMark badge={badge} />
      <Plug />
    </div>
  )
})

function Row({ row, host }: { readonly row: HostRow; readonly host: SceneHost }) {
  switch (row.kind) {
    case 'interface': {
      const shown = host.interfaces[row.interface]
      const [first, ...more] = shown?.addresses ?? []
      return (
        <div className="row" title={shown?.addresses.join('\n')}>
          <span className="row-key">{shown?.name}</span>
          <span className="row-value">{first ?? '—'}</span>
          {more.length > 0 && <span className="row-more">+{more.length}</span>}
        </div>
      )
    }
    case 'more-interfaces':
      return <div className="row row-more">{say`+${row.count} more interfaces`}</div>
    case 'vip': {
      const shown = host.vips[row.vip]
      return (
        <div className="row row-vip" title={say`VIP ${shown?.address ?? ''} on ${shown?.interface ?? ''}`}>
          <span className="row-key">{shown?.interface}</span>
          <span className="row-value">{shown?.address}</span>
          <span className="tag">VIP</span>
        </div>
      )
    }
    case 'more-vips':
      return <div className="row row-more">{say`+${row.count} more VIPs`}</div>
  }
}

export const NetworkBar = memo(function NetworkBar({
  id,
  data,
  selected,
  draggable,
  height,
}: NodeProps<NetworkNode>) {
  const { network, badge, side, held } = data
  return (
    <div {...spokenAs(id, data.label, badge)} className={`bar${selected ? ' selected' : ''}`}>
      <div className={`bar-label bar-label-${side}`}>
        <span className="bar-name">{network.name}</span>
        <span className="bar-subnet" title={network.subnets.join('\n')}>
          {network.subnets[0] ?? say`no subnet`}
          {network.subnets.length > 1 ? ` +${network.subnets.length - 1}` : ''}
        </span>
        <BadgeMark badge={badge} />
      </div>
      {draggable && <BarEnds name={network.name} length={height ?? 0} held={held} />}
      {/* At its end: beside it, it would lie on the bar itself, which is to be taken and moved. */}
      <Plug position={Position.Bottom} />
    </div>
  )
})

export const ServicePill = memo(function ServicePill({ id, data, selected }: NodeProps<ServiceNode>) {
  const { name, mode, target, protocol, scheduler } = data.service
  return (
    <div
      {...spokenAs(id, data.label, data.badge)}
      className={`pill mode-${mode ?? 'unknown'}${selected ? ' selected' : ''}`}
    >
      <Glyph of="service" size={22} />
      <div className="card-names">
        <span className="card-name">
          {name}
          <span className="mode-tag">{mode?.toUpperCase() ?? say`no mode`}</span>
        </span>
        <span className="pill-target" title={say`${protocol} ${target ?? ''}, scheduler ${scheduler}`}>
          {target ?? say`no VIP`}
        </span>
      </div>
      <BadgeMark badge={data.badge} />
      <Plug />
    </div>
  )
})

export const FarmBox = memo(function FarmBox({ id, data, selected }: NodeProps<FarmNode>) {
  const { farm, badge, label } = data
  const { setFarmOpen } = useCanvasActions()
  if (!farm.closed) {
    return (
      <div className="farm farm-open">
        <span className="farm-title">{label}</span>
        <button
          type="button"
          className="farm-toggle nodrag nopan"
          tabIndex={-1}
          onClick={() => {
            setFarmOpen(farm.id, false)
          }}
        >
          {say`collapse`}
        </button>
        <Plug visible={false} />
      </div>
    )
  }
  return (
    <div
      {...spokenAs(id, label, badge)}
      className={`card farm farm-closed role-real-server${selected ? ' selected' : ''}`}
    >
      <header>
        <Glyph of="real-server" size={26} />
        <div className="card-names">
          <span className="card-name">{say`real servers ×${farm.hosts.length}`}</span>
          <span className="card-kind">{say`on ${farm.networks.join(', ') || say`no network`}`}</span>
        </div>
      </header>
      <button
        type="button"
        className="farm-toggle nodrag nopan"
        tabIndex={-1}
        onClick={() => {
          setFarmOpen(farm.id, true)
        }}
      >
        {say`show all`}
      </button>
      <BadgeMark badge={badge} />
      <Plug visible={false} />
    </div>
  )
})

export const NODE_TYPES = {
  host: HostCard,
  network: NetworkBar,
  service: ServicePill,
  farm: FarmBox,
  ghost: GhostCard,
}
