package org.mailcaravan.imap;

/**
 * The storage quota of a folder's quota root (RFC 9208); of several roots, the one with the least
 * room.
 *
 * @param usedKib in units of 1024 octets
 * @param limitKib in units of 1024 octets
 */
public record Quota(long usedKib, long limitKib) {
  /** What is left, in units of 1024 octets, never below 0. */
  public long freeKib() {
    return Math.max(0, limitKib - usedKib);
  }
}
