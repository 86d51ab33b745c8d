package org.mailcaravan.settings;

/**
 * A server that mail programs are told.
 *
 * @param host in lower case; {@link Keys#DOMAIN_MARK} in it stands for the customer's domain
 * @param port 1 to 65535
 */
public record HostAndPort(String host, int port) {}
