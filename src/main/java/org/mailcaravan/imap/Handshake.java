package org.mailcaravan.imap;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ConnectFailed.Reason;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

/**
 * Sets up a connected socket: TLS, greeting, STARTTLS, capabilities. Capabilities from before
 * STARTTLS are forgotten.
 *
 * <p>PREAUTH is never accepted: the server would take us for some user by our address, and mail of
 * an account that no request names must not be copied. Before STARTTLS it may be forged.
 */
final class Handshake {
  private final Server server;
  private final TrustedTls tls;
  private final ConnectionRules rules;
  private final Deadline deadline;

  /** What we wait for, for the message of a timeout. */
  private String awaited = "";

  /** The answer to the last command that was refused. */
  private String refusal = "";

  private final DisplayText display;

  /**
   * @param deadline for the whole handshake
   */
  Handshake(
      Server server,
      TrustedTls tls,
      ConnectionRules rules,
      Deadline deadline,
      DisplayText display) {
    this.display = display;
    this.server = server;
    this.tls = tls;
    this.rules = rules;
    this.deadline = deadline;
  }

  /**
   * @throws ConnectFailed with the reason; the caller closes the socket
   */
  ImapConnection open(Socket tcp) {
    deadline.watch(tcp);
    try (PortProbe probe = new PortProbe(server, tcp, tls, deadline)) {
      try {
        if (server.security() != Security.TLS) {
          probe.watchSilence();
        }
        ImapConnection connection = connection(tcp, probe);
        if (deadline.meet()) {
          return connection;
        }
        throw late(null);
      } catch (ConnectFailed e) {
        throw deadline.passed() ? late(e) : probe.explain(e).orElse(e);
      }
    }
  }

  private ConnectFailed late(@Nullable Throwable cause) {
    return failed(
        Reason.UNREACHABLE,
        "accepted the connection, but " + awaited + " took longer than " + deadline.inWords(),
        cause);
  }

  private ImapConnection connection(Socket tcp, PortProbe probe) {
    try {
      tcp.setTcpNoDelay(true);
      tcp.setKeepAlive(true);
      Transport transport = new Transport(tcp, tcp, rules.readTimeout());
      if (server.security() == Security.TLS) {
        transport = secure(tcp);
      }
      WireReader wire = new WireReader(transport.input());
      awaited = "the greeting";
      ResponseText greeting = greeting(wire, probe);
      Optional<Capabilities> told = capabilitiesIn(greeting);
      if (server.security() == Security.STARTTLS) {
        awaited = "the answer to STARTTLS";
        startTls(transport, wire, told);
        transport = secure(tcp);
        wire = new WireReader(transport.input());
        told = Optional.empty();
      }
      awaited = "the answer to CAPABILITY";
      Conversation conversation =
          new Conversation(transport, wire, server.toString(), display, rules.longestWait());
      conversation.start();
      learnCapabilities(conversation, told);
      conversation.server().greeting(display.of(greeting.text()));
      return new ImapConnection(conversation);
    } catch (ConnectionLost e) {
      Reason reason = e.bye().isEmpty() ? Reason.UNREACHABLE : Reason.TURNED_AWAY;
      throw new ConnectFailed(reason, String.valueOf(e.getMessage()), e.bye(), e);
    } catch (CommandRefused e) {
      throw failed(Reason.NOT_IMAP, "refuses CAPABILITY: " + e.refusal(), e);
    } catch (ProtocolFailure e) {
      throw failed(Reason.NOT_IMAP, "does not speak IMAP: " + e.getMessage(), e);
    } catch (SocketTimeoutException e) {
      throw failed(Reason.UNREACHABLE, "accepted the connection, but said nothing in time", e);
    } catch (EOFException e) {
      throw failed(Reason.UNREACHABLE, "closed the connection before a greeting", e);
    } catch (IOException e) {
      throw failed(Reason.UNREACHABLE, "broke the connection: " + words(e), e);
    }
  }

  private static void learnCapabilities(Conversation conversation, Optional<Capabilities> told) {
    told.ifPresent(conversation.server()::capabilities);
    if (told.isEmpty()) {
      conversation.require(new Command("CAPABILITY"), "CAPABILITY");
    }
    conversation.server().utf8(conversation.capabilities().onlyRev2());
  }

  private ResponseText greeting(WireReader wire, PortProbe probe) throws IOException {
    String line = wire.restOfLine();
    probe.heard();
    String[] words = line.split(" +", 3);
    String kind = words.length > 1 ? words[1].toUpperCase(Locale.ROOT) : "";
    if (!words[0].equals("*")) {
      kind = "";
    }
    String afterKind = words.length > 2 ? words[2] : "";
    ResponseText text = ResponseText.parse(afterKind);
    return switch (kind) {
      case "OK" -> text;
      case "PREAUTH" ->
          throw failed(
              server.security() == Security.STARTTLS ? Reason.NO_STARTTLS : Reason.NOT_IMAP,
              "greets with PREAUTH before any login",
              null);
      case "BYE", "NO", "BAD" -> throw turnedAway(afterKind);
      default ->
          throw failed(
              Reason.NOT_IMAP,
              "does not speak IMAP"
                  + PortProbe.protocol(line).map(name -> " but " + name).orElse("")
                  + ": it says "
                  + beginning(display.of(line)),
              null);
    };
  }

  private static String beginning(String words) {
    return words.substring(0, Math.min(words.length(), 60));
  }

  private ConnectFailed turnedAway(String words) {
    String said = display.of(words);
    return new ConnectFailed(Reason.TURNED_AWAY, server + " turns us away: " + said, said, null);
  }

  private static Optional<Capabilities> capabilitiesIn(ResponseText text) {
    return text.code().equals("CAPABILITY")
        ? Optional.of(Capabilities.parse(text.arguments()))
        : Optional.empty();
  }

  private void startTls(Transport transport, WireReader wire, Optional<Capabilities> told)
      throws IOException {
    OutputStream out = transport.output();
    Capabilities known = told.orElse(Capabilities.NONE);
    if (!known.has("STARTTLS")) {
      known = ask(out, wire, "S1", "CAPABILITY").orElse(known);
    }
    if (!known.has("STARTTLS")) {
      throw failed(Reason.NO_STARTTLS, "does not offer STARTTLS", null);
    }
    if (ask(out, wire, "S2", "STARTTLS").isEmpty()) {
      throw failed(Reason.NO_STARTTLS, "offers STARTTLS and refuses it: " + refusal, null);
    }
    // Data that came with the OK is not protected and may be forged (CVE-2011-0411).
    if (wire.hasMore()) {
      throw failed(
          Reason.TLS_TAMPERED,
          "sent unprotected data after its answer to STARTTLS, as an attacker on the connection would",
          null);
    }
  }

  /** Sends one command; gives the capabilities in its answer, or empty when it is refused. */
  private Optional<Capabilities> ask(OutputStream out, WireReader wire, String tag, String command)
      throws IOException {
    out.write((tag + " " + command + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
    Capabilities told = Capabilities.NONE;
    while (true) {
      String line = wire.restOfLine();
      String upper = line.toUpperCase(Locale.ROOT);
      if (upper.startsWith("* CAPABILITY ")) {
        told = Capabilities.parse(line.substring("* CAPABILITY ".length()));
      } else if (upper.startsWith("* BYE")) {
        throw turnedAway(line.substring(5).strip());
      } else if (upper.startsWith(tag + " ")) {
        if (upper.startsWith(tag + " OK")) {
          return Optional.of(told);
        }
        refusal = display.of(line.substring(tag.length() + 1).strip());
        return Optional.empty();
      } else if (!upper.startsWith("*")) {
        throw new ProtocolFailure("an answer to " + command + " was expected");
      }
    }
  }

  private Transport secure(Socket tcp) throws IOException {
    awaited = "the TLS handshake";
    return new Transport(tls.handshake(tcp, server), tcp, rules.readTimeout());
  }

  private static String words(Throwable e) {
    return DisplayText.plain(String.valueOf(e.getMessage()));
  }

  private ConnectFailed failed(Reason reason, String what, @Nullable Throwable cause) {
    return new ConnectFailed(reason, server + " " + what, cause);
  }
}
