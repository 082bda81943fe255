import { setNonce } from 'get-nonce'

const element = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')
const nonce = element?.content ?? ''
// The scroll lock of dialogs makes a style element of its own, and asks here.
setNonce(nonce)

/** What the page's content security policy lets style elements through with; the API makes a new one for each page. */
export function cspNonce(): string {
  return nonce
}
