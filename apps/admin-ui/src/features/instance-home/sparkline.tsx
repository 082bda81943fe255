import classes from './live-panel.module.css'

const width = 120
const height = 28
/** Half a line stays visible at the top and at the bottom. */
const inset = 1.5

/** The course of a figure, newest at the right. It says nothing that the figure beside it does not. */
export function Sparkline({ values, pointsMax }: { values: readonly number[]; pointsMax: number }) {
  return (
    <svg
      className={classes.sparkline}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {values.length > 1 && <polyline points={pointsOf(values, pointsMax)} />}
    </svg>
  )
}

function pointsOf(values: readonly number[], pointsMax: number): string {
  const top = Math.max(...values, 1)
  const step = width / (pointsMax - 1)
  const left = width - (values.length - 1) * step
  return values
    .map((value, index) => {
      const y = height - inset - (value / top) * (height - 2 * inset)
      return `${(left + index * step).toFixed(1)},${y.toFixed(1)}`
    })
    .join(' ')
}
