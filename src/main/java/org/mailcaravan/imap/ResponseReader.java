package org.mailcaravan.imap;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads responses (RFC 9051 section 7) and gives each to the command that it is for, or to what is
 * known of the server. Everything runs on the reader thread, except where it says otherwise.
 */
final class ResponseReader {
  private static final Logger LOG = LoggerFactory.getLogger(ResponseReader.class);

  private final WireReader wire;
  private final CommandQueue commands;
  private final ServerState server;
  private final RecentRefusals refusals;
  private final Progress progress;
  private final Supplier<LinkSpeed> sent;
  private final String peer;
  private final DisplayText display;
  private volatile boolean messagesAsked;

  /**
   * @param sent the speed of mail that is written
   * @param peer names the server in the log
   */
  ResponseReader(
      WireReader wire,
      CommandQueue commands,
      ServerState server,
      RecentRefusals refusals,
      Progress progress,
      Supplier<LinkSpeed> sent,
      String peer,
      DisplayText display) {
    this.wire = wire;
    this.commands = commands;
    this.server = server;
    this.refusals = refusals;
    this.progress = progress;
    this.sent = sent;
    this.peer = peer;
    this.display = display;
  }

  /** From now on a line that is not IMAP may be a part of a mail. On any thread. */
  void messagesAsked() {
    messagesAsked = true;
  }

  /**
   * Reads one response.
   *
   * @return whether it was the server's BYE
   */
  boolean read() throws IOException {
    wire.begin();
    if (wire.atLineEnd()) {
      wire.restOfLine();
      return false;
    }
    String tag = wire.token();
    switch (tag) {
      case "*" -> {
        wire.spaces();
        return untagged();
      }
      case "+" -> {
        wire.spaces();
        String text = wire.restOfLine();
        commands.first(Command::awaitsContinuation).ifPresent(command -> command.proceed(text));
      }
      default -> tagged(tag);
    }
    return false;
  }

  private void tagged(String tag) throws IOException {
    if (!tag.matches("A[0-9]{1,9}")) {
      throw new ProtocolFailure("a response was expected" + instead(tag));
    }
    wire.spaces();
    Completion.Kind kind = kind(wire.token().toUpperCase(Locale.ROOT));
    wire.spaces();
    ResponseText text = ResponseText.parse(wire.restOfLine());
    noteCapabilities(text);
    Optional<Command> ended = commands.first(command -> tag.equals(command.tag()));
    if (ended.isPresent()) {
      requireBelievable(ended.get(), kind, text);
      end(ended.get(), kind, text);
    }
  }

  private void requireBelievable(Command command, Completion.Kind kind, ResponseText text)
      throws IOException {
    boolean ok = kind == Completion.Kind.OK;
    if (!ok && LoginLost.isSaid(command.label(), text.text())) {
      refusals.add(words(text));
      throw new LoginLost(words(text));
    }
    if (ok && command.opensFolder() && !commands.isOldestOfFolder(command)) {
      throw new ProtocolFailure(
          "it answered " + command.label() + " before it answered an earlier command");
    }
  }

  private void end(Command command, Completion.Kind kind, ResponseText text) throws IOException {
    if (command.octets() > 0) {
      sent.get().add(command.octets(), System.nanoTime() - commands.waitingSince());
    }
    progress.commandEnded();
    commands.remove(command);
    Completion completion = completion(command, kind, text);
    LOG.debug("{}: {}: {}", peer, command.label(), completion.kind());
    commands.pipelining().ended(completion.kind(), text.text(), command.isPipelined());
    if (MessageLimit.isIn(text)) {
      server.metMessageLimit(MessageLimit.messages(text));
    }
    if (completion.ok()) {
      refusals.clear();
    } else {
      refusals.add(words(completion.code()));
    }
    command.complete(completion, wire);
  }

  /** What came in place of a response; nothing once that can be a part of a mail. */
  private String instead(String tag) throws IOException {
    if (messagesAsked) {
      return "";
    }
    wire.keep();
    return ", not '" + display.of(tag + wire.skipMalformed()) + "'";
  }

  /** An OK that says nothing, after an untagged NO that says why, counts as that NO. */
  private Completion completion(Command command, Completion.Kind kind, ResponseText text) {
    Command.Warning warning = command.warning();
    if (warning == null) {
      return completion(kind, text, "");
    }
    if (kind != Completion.Kind.OK) {
      return completion(kind, text, warning.words());
    }
    return warning.refusal() && command.isUnanswered(text)
        ? completion(warning.kind(), warning.text(), "")
        : completion(kind, text, "");
  }

  private Completion completion(Completion.Kind kind, ResponseText text, String also) {
    String code = display.of(text.code() + " " + text.arguments());
    return new Completion(kind, text, code, display.of(text.text()), also);
  }

  private static Completion.Kind kind(String word) throws ProtocolFailure {
    return switch (word) {
      case "OK" -> Completion.Kind.OK;
      case "NO" -> Completion.Kind.NO;
      case "BAD" -> Completion.Kind.BAD;
      default -> throw new ProtocolFailure("OK, NO or BAD was expected");
    };
  }

  private boolean untagged() throws IOException {
    String name = wire.token().toUpperCase(Locale.ROOT);
    long number = ResponseText.number(name);
    if (number >= 0) {
      wire.spaces();
      name = wire.token().toUpperCase(Locale.ROOT);
    }
    wire.spaces();
    switch (name) {
      case "OK", "NO", "BAD", "PREAUTH" -> status(name, ResponseText.parse(wire.restOfLine()));
      case "BYE" -> {
        server.bye(words(ResponseText.parse(wire.restOfLine())));
        return true;
      }
      case "CAPABILITY" -> server.capabilities(Capabilities.parse(wire.restOfLine()));
      case "ENABLED" -> server.enabled(Capabilities.parse(wire.restOfLine()));
      default -> data(name, number);
    }
    return false;
  }

  private void status(String kind, ResponseText text) {
    noteCapabilities(text);
    if (kind.equals("NO") || kind.equals("BAD") || text.code().equals("ALERT")) {
      refusals.add(words(text));
      warn(kind, text);
    }
    commands.forEach(command -> command.note(text));
  }

  private void data(String name, long number) throws IOException {
    Optional<Command> taker = commands.first(command -> command.wants(name));
    if (taker.isEmpty()) {
      wire.skipResponse();
    } else if (taker.get().skipsMalformed()) {
      takeWhatIsReadable(taker.get(), name, number);
    } else {
      taker.get().take(name, number, wire);
      wire.skipResponse();
    }
  }

  private void takeWhatIsReadable(Command taker, String name, long number) throws IOException {
    wire.keep();
    try {
      taker.take(name, number, wire);
      wire.skipResponse();
    } catch (LimitExceeded e) {
      throw e;
    } catch (ProtocolFailure e) {
      String line = display.of("* " + name + " " + wire.skipMalformed());
      LOG.debug("{}: skipped: {}", peer, line);
      taker.malformed(name, line);
    }
  }

  /** The oldest command keeps a warning; an ALERT does not replace a NO or BAD. */
  private void warn(String kind, ResponseText text) {
    Command command = commands.oldest();
    if (command != null) {
      boolean refusal = !kind.equals("OK") && !text.code().equals("ALERT");
      Command.Warning before = command.warning();
      if (!refusal && before != null && before.refusal()) {
        return;
      }
      Completion.Kind warned = kind.equals("BAD") ? Completion.Kind.BAD : Completion.Kind.NO;
      command.warned(new Command.Warning(warned, text, refusal, words(text)));
    }
  }

  /** The untagged NO or BAD that came before a command ended, or null. On any thread. */
  @Nullable ServerRefusal warning(Command command) {
    Command.Warning told = command.warning();
    return told == null || !told.refusal()
        ? null
        : completion(told.kind(), told.text(), "").refusal();
  }

  /** {@code [CODE arguments] text}, fit to be shown. */
  private String words(ResponseText text) {
    String arguments = text.arguments().isEmpty() ? "" : " " + text.arguments();
    String code = text.code().isEmpty() ? "" : "[" + text.code() + arguments + "] ";
    return display.of(code + text.text());
  }

  private void noteCapabilities(ResponseText text) {
    if (text.code().equals("CAPABILITY")) {
      server.capabilities(Capabilities.parse(text.arguments()));
    }
  }
}
