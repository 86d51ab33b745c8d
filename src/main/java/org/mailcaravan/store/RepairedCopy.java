package org.mailcaravan.store;

import org.mailcaravan.model.Fingerprint;

/**
 * How a message that the destination refused as it is was stored, or was about to be.
 *
 * @param fingerprint of what was stored
 * @param octets of what was stored; as many as of the original where only its date was refused
 * @param byServer whether the destination took the original and stored it otherwise, rather than
 *     being given something else
 * @param repairs what was done, for people
 */
public record RepairedCopy(
    Fingerprint fingerprint, long octets, boolean byServer, String repairs) {}
