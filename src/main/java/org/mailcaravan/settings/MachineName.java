package org.mailcaravan.settings;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The name of this machine, as a node is named after it. */
final class MachineName {
  static final int LONGEST = 100;

  /** What a node may be called. */
  static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]*");

  /** Linux tells it without asking any name server. */
  private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

  private MachineName() {}

  /** With a dash for each character that a node's name cannot have; "node" where it has no name. */
  static String here() {
    return fitted(read());
  }

  static String fitted(String name) {
    String fitted = name.strip().replaceAll("[^A-Za-z0-9.-]", "-").replaceFirst("^[.-]+", "");
    fitted = fitted.substring(0, Math.min(fitted.length(), LONGEST));
    return fitted.isEmpty() ? "node" : fitted;
  }

  private static String read() {
    try {
      if (Files.isReadable(KERNEL)) {
        return Files.readString(KERNEL, StandardCharsets.ISO_8859_1);
      }
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "";
    }
  }
}
