package org.mailcaravan.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Servers that cannot be installed beside Dovecot; {@code .ci/servers} unpacks them into a folder
 * of their own.
 */
final class UnpackedServers {
  private static final Map<String, String> PROGRAMS =
      Map.of(
          "cyrus", "usr/lib/cyrus/bin/master",
          "cyrus-imapd", "usr/lib/cyrus/bin/imapd",
          "cyrus-recover", "usr/lib/cyrus/bin/ctl_cyrusdb",
          "saslpasswd2", "usr/sbin/saslpasswd2",
          "courier", "usr/bin/imapd",
          "maildirmake.courier", "usr/bin/maildirmake.courier");

  private UnpackedServers() {}

  private static Path folder() {
    return Path.of(System.getenv().getOrDefault("MAILCARAVAN_SERVERS", "/opt/mailcaravan-servers"));
  }

  static Optional<Path> find(String name) {
    String program = PROGRAMS.get(name);
    return program == null
        ? Optional.empty()
        : Optional.of(folder().resolve(program)).filter(Files::isExecutable);
  }

  /** What the unpacked programs need in their environment. */
  static Map<String, String> environment() {
    Path libraries = folder().resolve("usr/lib");
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
    environment.put("LD_LIBRARY_PATH", libraries + ":" + libraries.resolve("x86_64-linux-gnu"));
    return environment;
  }
}
