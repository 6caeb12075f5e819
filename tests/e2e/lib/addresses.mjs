// Everybody comes from an address of their own, as people do: the servers under test believe the loopback "proxy"
// in front of them. So the limits per address, which are never switched off, count one person and not a whole file.
let last = 0;

/** The header that a proxy would add for somebody new. */
export function fromSomewhere() {
  last += 1;
  return { "x-forwarded-for": `10.${(last >> 16) & 255}.${(last >> 8) & 255}.${last & 255}` };
}
