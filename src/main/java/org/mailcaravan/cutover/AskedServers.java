package org.mailcaravan.cutover;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * Who is asked.
 *
 * @param resolvers at least one
 * @param authorities whether the servers of zones are asked, too
 * @param port of these
 * @param allowed whether a server of that name may be asked at that address
 */
record AskedServers(
    List<InetSocketAddress> resolvers,
    boolean authorities,
    int port,
    BiPredicate<String, InetAddress> allowed) {
  AskedServers {
    resolvers = List.copyOf(resolvers);
  }
}
