package org.mailcaravan.imap;

/**
 * The storage quota of a folder (RFC 9208): of its quota roots the one with the least space left.
 *
 * @param usedKib in KiB (1024 octets)
 * @param limitKib in KiB
 */
public record Quota(long usedKib, long limitKib) {
  /** The space left in KiB, at least 0. */
  public long freeKib() {
    return Math.max(0, limitKib - usedKib);
  }
}
