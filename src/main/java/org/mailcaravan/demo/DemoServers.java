package org.mailcaravan.demo;

import java.util.ServiceLoader;

/**
 * Starts mail servers for the demo. Their libraries are in the folder {@code demo} beside the
 * program's jar, not on its class path: a program with customers' passwords must not load a server
 * that was made for tests.
 */
public interface DemoServers {
  /** Starts an empty server on a free loopback port. */
  DemoServer start();

  /** Starts a server without mailboxes for the mails to Support, on free loopback ports. */
  DemoPost startPost();

  /**
   * The servers that come with the program.
   *
   * @throws org.mailcaravan.model.RequestRejected when this installation does not have them
   */
  static DemoServers installed() {
    SideLibraries libraries = SideLibraries.of("demo");
    return ServiceLoader.load(DemoServers.class, libraries.loader())
        .findFirst()
        .orElseThrow(() -> libraries.missing("the mail servers of the demo"));
  }
}
