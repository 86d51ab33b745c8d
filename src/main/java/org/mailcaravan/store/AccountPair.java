package org.mailcaravan.store;

/**
 * Whose mail goes where.
 *
 * @param source login and host at the source
 * @param destination address and host at the destination
 */
public record AccountPair(String source, String destination) {}
