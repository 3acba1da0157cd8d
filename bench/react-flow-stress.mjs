// What React Flow itself does with as many nodes: its stress example, default nodes in a grid, each linked to the next.
import { Background, MiniMap, ReactFlow, useEdgesState, useNodesState } from '@xyflow/react'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import '@xyflow/react/dist/style.css'

const COUNT = 1_000
const COLUMNS = 25

const NODES = Array.from({ length: COUNT }, (_, index) => ({
  id: String(index),
  data: { label: `Node ${index}` },
  position: { x: (index % COLUMNS) * 200, y: Math.floor(index / COLUMNS) * 80 },
}))
const EDGES = Array.from({ length: COUNT - 1 }, (_, index) => ({
  id: `e${index}`,
  source: String(index),
  target: String(index + 1),
}))

function Stress() {
  const [nodes, , onNodesChange] = useNodesState(NODES)
  const [edges, , onEdgesChange] = useEdgesState(EDGES)
  return createElement(
    ReactFlow,
    { nodes, edges, onNodesChange, onEdgesChange, minZoom: 0.05, fitView: true },
    createElement(MiniMap),
    createElement(Background),
  )
}

createRoot(document.getElementById('stress')).render(createElement(Stress))
