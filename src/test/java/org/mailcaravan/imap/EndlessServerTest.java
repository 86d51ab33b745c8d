package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.ScriptedImapServer;
import org.mailcaravan.server.ScriptedImapServer.Client;
import org.mailcaravan.server.ScriptedImapServer.Script;

/** Servers that never fall silent, and never come to an end either. */
@Lengthy
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Execution(ExecutionMode.CONCURRENT)
class EndlessServerTest {
  private static final String SLOW = "it transfers less than 256 octets a second";
  private static final String WAITING = "it has kept us waiting for";
  private static final String FLOOD = "it keeps sending what nobody asked for";
  private static final String STILL_HERE = "* OK Still here\r\n";

  /** What the client does. */
  private enum Work {
    SELECT {
      @Override
      void on(ImapConnection connection) {
        connection.select(connection.folderName("INBOX"));
      }
    },
    FETCH {
      @Override
      void on(ImapConnection connection) {
        Connections.fetch(connection, "1:9", FetchItem.MESSAGE);
      }
    },
    LIST {
      @Override
      void on(ImapConnection connection) {
        connection.list(false);
      }
    },
    APPEND {
      @Override
      void on(ImapConnection connection) {
        connection.append(
            connection.folderName("INBOX"), List.of(Connections.message("x".repeat(7 << 20))));
      }
    },
    COMPRESS {
      @Override
      void on(ImapConnection connection) {
        connection.compress();
        SELECT.on(connection);
      }
    };

    abstract void on(ImapConnection connection);
  }

  static Stream<Arguments> behaviours() {
    return Stream.of(
        arguments(
            "a body octet by octet",
            Work.FETCH,
            dripAfter("* 1 FETCH (UID 1 BODY[] {9999}\r\n"),
            SLOW),
        arguments("a line octet by octet", Work.SELECT, dripAfter("* OK "), SLOW),
        arguments("a list octet by octet", Work.LIST, dripAfter("* LIST () \"/\" \"a"), SLOW),
        arguments("a name of spaces", Work.LIST, dripAfter("* LIST () \"/\" "), SLOW),
        arguments("keep-alives", Work.SELECT, again(STILL_HERE), WAITING),
        arguments("news of flags", Work.FETCH, again("* 1 FETCH (FLAGS (\\Seen))\r\n"), WAITING),
        arguments("new mail", Work.SELECT, again("* 7 RECENT\r\n"), WAITING),
        arguments("one folder again and again", Work.LIST, again("* LIST () \"/\" a\r\n"), WAITING),
        arguments("tags of nobody", Work.SELECT, again("A99 OK done\r\n"), WAITING),
        arguments("asks for more", Work.SELECT, again("+ go on\r\n"), WAITING),
        arguments("empty lines", Work.SELECT, again("\r\n"), WAITING),
        arguments("capabilities", Work.SELECT, again("* CAPABILITY IMAP4rev1\r\n"), WAITING),
        arguments(
            "one message again and again",
            Work.FETCH,
            again("* 1 FETCH (UID 1 BODY[] {1}\r\nx)\r\n"),
            WAITING),
        arguments(
            "messages that nobody asked for",
            Work.FETCH,
            again("* 1 FETCH (BODY[] {1}\r\nx UID 77)\r\n"),
            WAITING),
        arguments(
            "a literal of 100 GB", Work.FETCH, flood("* 1 FETCH (X {99999999999}\r\n", "x"), FLOOD),
        arguments(
            "lines without end", Work.FETCH, flood("", "* OK " + "x".repeat(990) + "\r\n"), FLOOD),
        arguments(
            "bodies that nobody asked for",
            Work.FETCH,
            flood("", "* 1 FETCH (BODY[] {1000}\r\n" + "x".repeat(1000) + " UID 77)\r\n"),
            FLOOD),
        arguments("a bomb of DEFLATE", Work.COMPRESS, bomb(), FLOOD),
        arguments(
            "takes an APPEND octet by octet", Work.APPEND, takes(""), "did not answer in time"),
        arguments("takes nothing, and says so", Work.APPEND, takes(STILL_HERE), WAITING),
        arguments("talks on after its BYE", Work.SELECT, farewell(), "after its BYE"));
  }

  private static Script script(Script afterwards) {
    return client -> {
      client.loggedIn("IMAP4rev1 LITERAL+ COMPRESS=DEFLATE");
      afterwards.run(client);
    };
  }

  /** Waits for a moment; gives whether the client is still there. */
  private static boolean pause(Client client) throws Exception {
    return !new CountDownLatch(1).await(8, TimeUnit.MILLISECONDS) && !client.hasHungUp();
  }

  private static Script again(String words) {
    return script(
        client -> {
          while (pause(client)) {
            client.send(words);
          }
        });
  }

  private static Script dripAfter(String first) {
    return script(
        client -> {
          client.send(first);
          while (pause(client)) {
            client.send("x");
          }
        });
  }

  private static Script flood(String first, String words) {
    return script(
        client -> {
          client.expectMatching(".*");
          client.send(first);
          String many = words.repeat(64_000 / words.length());
          while (true) {
            client.send(many);
          }
        });
  }

  private static Script bomb() {
    return script(
        client -> {
          client.expect("COMPRESS DEFLATE");
          client.ok("on");
          ByteArrayOutputStream packed = new ByteArrayOutputStream();
          Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
          DeflaterOutputStream out = new DeflaterOutputStream(packed, deflater, 512, true);
          byte[] line = ("* OK " + "x".repeat(990) + "\r\n").getBytes(StandardCharsets.US_ASCII);
          while (true) {
            for (int i = 0; i < 1000; i++) {
              out.write(line);
            }
            out.flush();
            client.send(packed.toString(StandardCharsets.ISO_8859_1));
            packed.reset();
          }
        });
  }

  private static Script takes(String words) {
    return script(
        client -> {
          for (int i = 0; i < 2000; i++) {
            assertThat(new CountDownLatch(1).await(8, TimeUnit.MILLISECONDS)).isFalse();
            if (words.isEmpty()) {
              client.octets(1);
            }
            client.send(words);
          }
          client.hangUp();
        });
  }

  private static Script farewell() {
    return script(
        client -> {
          client.untagged("BYE so long");
          while (pause(client)) {
            client.send(STILL_HERE);
          }
        });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("behaviours")
  void nothingHoldsAConnectionForEver(String behaviour, Work work, Script script, String why) {
    boolean waits = !why.equals(FLOOD);
    ConnectionRules rules =
        new ConnectionRules(
            true,
            Set.of(),
            true,
            Set.of(),
            Duration.ofSeconds(10),
            Duration.ofMillis(waits ? 800 : 20_000),
            Duration.ofSeconds(waits ? 5 : 120),
            null);
    try (ScriptedImapServer server = ScriptedImapServer.start(script);
        ImapConnection connection =
            new Connector(rules).connect(new Server("127.0.0.1", server.port(), Security.NONE))) {
      connection.login(Connections.password(ScriptedImapServer.USER, ScriptedImapServer.PASSWORD));
      ConnectionLost lost =
          catchThrowableOfType(
              ConnectionLost.class,
              () -> {
                try {
                  work.on(connection);
                } catch (CompletionException e) {
                  throw e.getCause();
                }
              });
      assertThat(lost).isNotNull().hasMessageContaining(why);
      if (why.equals(WAITING) || why.equals(SLOW)) {
        assertThat(lost.waitedWithoutResult()).isPositive();
      }
    }
  }
}
