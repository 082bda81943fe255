import { type CSSVariablesResolver, createTheme } from '@mantine/core'

/** Quiet and dense; colours reach the contrast of WCAG AA in both schemes. */
export const theme = createTheme({
  primaryColor: 'cyan',
  // White text on it reaches 4.5 : 1.
  primaryShade: 9,
  autoContrast: true,
  // Beneath it white reaches 4.5 : 1, above it black does.
  luminanceThreshold: 0.179,
  defaultRadius: 'sm',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1.0625rem' }, h3: { fontSize: '0.9375rem' } }
  },
  focusRing: 'auto',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    // In a colour of its own an orange title does not reach 4.5 : 1 on orange.
    Alert: { styles: { title: { color: 'var(--mantine-color-text)' } } }
  }
})

/** Darker than the filled colour, where stock Mantine takes a lighter one, on which white text does not reach 4.5 : 1. */
const filledHover = { '--mantine-color-cyan-filled-hover': '#095c6b' }

/** The stock greys of secondary text do not reach 4.5 : 1. */
export const cssVariables: CSSVariablesResolver = (base) => ({
  variables: {},
  light: {
    ...filledHover,
    '--mantine-color-dimmed': base.colors.gray[7],
    '--mantine-color-placeholder': base.colors.gray[7],
    '--mantine-color-error': base.colors.red[9],
    '--mantine-color-anchor': base.colors.cyan[9]
  },
  dark: {
    ...filledHover,
    '--mantine-color-dimmed': base.colors.dark[1],
    '--mantine-color-placeholder': base.colors.dark[1],
    '--mantine-color-error': base.colors.red[4],
    '--mantine-color-anchor': base.colors.cyan[4]
  }
})
