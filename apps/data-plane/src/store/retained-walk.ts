import type { FilterLevel } from '../broker/filter-tree.js'

/** One level of topics. */
export interface TopicLevel<N> {
  readonly children: ReadonlyMap<string, N>
}

/** A topic that filters lead to, and their values. */
export interface Reached<N, T> {
  readonly node: N
  readonly values: readonly T[]
}

interface Frame<N, T> {
  readonly node: N
  /** Where filters stand that lead here. */
  readonly levels: readonly FilterLevel<T>[]
  /** Of filters that match whatever is below. */
  readonly rest: readonly T[]
  readonly names: Iterator<string>
  /** Names to come: what is put in meanwhile comes last, and is not come across again. */
  left: number
}

const none: readonly never[] = []

/**
 * Follows all filters through the topics at once, one topic level a step; undefined: filters go through this one, and end below it
 * or not at all. May be paused after each step while topics come and go: what stands all the time is reached once.
 */
export function* walkTopics<N extends TopicLevel<N>, T>(
  root: N,
  filters: FilterLevel<T>
): Generator<Reached<N, T> | undefined, void> {
  const path = [newFrame(root, [filters], none)]
  for (let frame: Frame<N, T> | undefined = path[0]; frame; frame = path.at(-1)) {
    const { done, value: name } = frame.left-- > 0 ? frame.names.next() : { done: true, value: '' }
    if (done) {
      path.pop()
      continue
    }
    const node = frame.node.children.get(name)
    const next = node && enter(frame, name, node, path.length === 1)
    const values = next ? valuesAt(next) : none
    yield next && values.length > 0 ? { node: next.node, values } : undefined
    if (next && next.node.children.size > 0) path.push(next)
  }
}

/** At the root no topic that begins with `$` is meant by a wildcard [MQTT-4.7.2-1]. Undefined: no filter leads there. */
function enter<N extends TopicLevel<N>, T>(
  { levels, rest }: Frame<N, T>,
  name: string,
  node: N,
  atRoot: boolean
): Frame<N, T> | undefined {
  const wildcards = !(atRoot && name.startsWith('$'))
  const next: FilterLevel<T>[] = []
  for (const { children } of levels) {
    const exact = children.get(name)
    if (exact) next.push(exact)
    const any = wildcards ? children.get('+') : undefined
    if (any) next.push(any)
  }
  const inherited = wildcards ? rest : none
  return next.length === 0 && inherited.length === 0 ? undefined : newFrame(node, next, inherited)
}

/** Where no wildcard is, what filters name is looked up, unless fewer topics than names are there. */
function newFrame<N extends TopicLevel<N>, T>(
  node: N,
  levels: readonly FilterLevel<T>[],
  inherited: readonly T[]
): Frame<N, T> {
  const below = levels.flatMap(({ children }) => children.get('#')?.values ?? none)
  const rest = below.length === 0 ? inherited : [...inherited, ...below]
  const wild = rest.length > 0 || levels.some(({ children }) => children.has('+'))
  const { children } = node
  if (wild || namesIn(levels) >= children.size) {
    return { node, levels, rest, names: children.keys(), left: children.size }
  }
  return { node, levels, rest, names: eachName(levels), left: Number.POSITIVE_INFINITY }
}

function namesIn<T>(levels: readonly FilterLevel<T>[]): number {
  let names = 0
  for (const { children } of levels) names += children.size
  return names
}

function eachName<T>(levels: readonly FilterLevel<T>[]): Iterator<string> {
  if (levels.length === 1) return levels[0]!.children.keys()
  return new Set(levels.flatMap(({ children }) => [...children.keys()])).values()
}

/** `cmd/#` also matches `cmd` [MQTT-4.7.1-2]. */
function valuesAt<N, T>({ levels, rest }: Frame<N, T>): readonly T[] {
  const ending = levels.flatMap(({ values }) => values)
  return ending.length === 0 ? rest : [...rest, ...ending]
}
