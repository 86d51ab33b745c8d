package org.mailcaravan.server;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A private Cyrus IMAP on a free loopback port, run by whoever runs the tests, or by nobody where
 * that is root. Clear text only. An account is there from its first login.
 */
public final class CyrusServer implements ImapServer {
  /** How Cyrus names folders. */
  public enum Names {
    /** Prefix "", separator "/": as Cyrus 3 does by default. */
    PLAIN,
    /** Prefix "INBOX.", separator ".": as Cyrus 2 did by default. */
    BELOW_INBOX
  }

  private final Path folder;
  private final int port = ServerProcess.freePort();
  private final ServerProcess process;

  private CyrusServer(Names names) throws IOException {
    folder = TestFolders.create("mailcaravan-cyrus");
    for (String each : List.of("conf/socket", "conf/proc", "conf/lock", "spool")) {
      Files.createDirectories(folder.resolve(each));
    }
    Path config = folder.resolve("imapd.conf");
    Files.writeString(config, configuration(names));
    Path services = folder.resolve("cyrus.conf");
    Files.writeString(services, services(config));
    Unprivileged.give(folder);
    List<String> command =
        List.of(
            Programs.require("cyrus"),
            "-D",
            "-C",
            config.toString(),
            "-M",
            services.toString(),
            "-p",
            folder.resolve("master.pid").toString(),
            "-L",
            folder.resolve("master.log").toString());
    process =
        ServerProcess.start(
            Unprivileged.command(command),
            folder,
            folder.resolve("output.log"),
            port,
            UnpackedServers.environment(),
            folder.resolve("master.log"));
  }

  private String configuration(Names names) {
    String plain = names == Names.PLAIN ? "yes" : "no";
    return """
        configdirectory: %1$s/conf
        defaultpartition: default
        partition-default: %1$s/spool
        cyrus_user: %2$s
        servername: localhost
        defaultdomain: localhost
        virtdomains: userid
        allowplaintext: yes
        sasl_mech_list: PLAIN
        sasl_pwcheck_method: auxprop
        sasl_auxprop_plugin: sasldb
        sasl_sasldb_path: %1$s/sasldb2
        autocreate_quota: 0
        unixhierarchysep: %3$s
        altnamespace: %3$s
        specialuse_extra: \\Archive
        skiplist_unsafe: yes
        """
        .formatted(folder, Unprivileged.user(), plain);
  }

  private String services(Path config) {
    return """
        START {
          recover cmd="%s -C %s -r"
        }
        SERVICES {
          imap cmd="%s -C %s" listen="127.0.0.1:%d" prefork=0 maxchild=100
        }
        """
        .formatted(
            Programs.require("cyrus-recover"),
            config,
            Programs.require("cyrus-imapd"),
            config,
            port);
  }

  public static CyrusServer start() {
    return start(Names.PLAIN);
  }

  public static CyrusServer start(Names names) {
    try {
      return new CyrusServer(names);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public CyrusServer addUser(String name, String password) {
    int at = name.indexOf('@');
    String realm = at < 0 ? "localhost" : name.substring(at + 1);
    List<String> command =
        List.of(
            Programs.require("saslpasswd2"),
            "-p",
            "-c",
            "-f",
            folder.resolve("sasldb2").toString(),
            "-u",
            realm,
            at < 0 ? name : name.substring(0, at));
    ProcessBuilder builder =
        new ProcessBuilder(Unprivileged.command(command))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("saslpasswd.log").toFile());
    builder.environment().putAll(UnpackedServers.environment());
    try {
      Process made = builder.start();
      try (OutputStream in = made.getOutputStream()) {
        in.write(UsedPasswords.add(password).getBytes(StandardCharsets.UTF_8));
      }
      if (made.waitFor() != 0) {
        throw new IllegalStateException(ServerProcess.text(folder.resolve("saslpasswd.log")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return this;
  }

  @Override
  public void close() {
    process.kill();
    ServerProcess.deleteTree(folder);
  }
}
