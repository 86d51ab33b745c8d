package org.mailcaravan;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import org.mailcaravan.cli.Launcher;

/** The name under which a running program is known in the database. */
final class NodeName {
  private NodeName() {}

  /** The name of this machine; a program that is not the service adds its process id. */
  static String of(Launcher.Mode mode) {
    String host = host();
    return mode == Launcher.Mode.SERVICE
        ? host
        : host + "-" + mode.name().toLowerCase(Locale.ROOT) + "-" + ProcessHandle.current().pid();
  }

  private static String host() {
    try {
      String name = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "-");
      return name.length() > 60 ? name.substring(0, 60) : name;
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
