package org.mailcaravan.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Runs programs that refuse to work for root as nobody, and as ourselves when we are not root. */
final class Unprivileged {
  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  private Unprivileged() {}

  static String user() {
    return ROOT ? "nobody" : System.getProperty("user.name");
  }

  static List<String> command(List<String> command) {
    if (!ROOT) {
      return command;
    }
    List<String> lowered =
        new ArrayList<>(
            List.of(
                Programs.require("setpriv"),
                "--reuid=nobody",
                "--regid=nogroup",
                "--clear-groups"));
    lowered.addAll(command);
    return lowered;
  }

  /** Gives a folder with all that is in it to that user. */
  static void give(Path folder) {
    if (!ROOT) {
      return;
    }
    UserPrincipalLookupService names = folder.getFileSystem().getUserPrincipalLookupService();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.toList()) {
        PosixFileAttributeView view =
            Files.getFileAttributeView(each, PosixFileAttributeView.class);
        view.setOwner(names.lookupPrincipalByName("nobody"));
        view.setGroup(names.lookupPrincipalByGroupName("nogroup"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
