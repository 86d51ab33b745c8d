package org.mailcaravan.store;

/**
 * A source message that is not at the destination.
 *
 * @param setAside whether the destination refused it and it is kept as a file; otherwise the source
 *     could not give it
 * @param reason why, for people
 */
public record OpenMessage(boolean setAside, String reason) {}
