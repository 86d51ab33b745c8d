package org.mailcaravan.imap;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes one command. If the server ends it in place of accepting a synchronizing literal (RFC 9051
 * section 7.6), further calls write nothing.
 */
final class CommandWriter {
  /** Longer strings go as literals; some servers have small buffers for quoted ones. */
  private static final int QUOTED_LIMIT = 1000;

  /**
   * A larger literal, in octets, waits for the server even with LITERAL+, as RFC 7888 section 4
   * advises: the server can refuse it before it is sent. For a smaller one the round trip would
   * cost more than it saves.
   */
  static final long WAIT_ABOVE = 8 << 20;

  private final Conversation conversation;
  private final Command command;
  private boolean refused;

  CommandWriter(Conversation conversation, Command command) {
    this.conversation = conversation;
    this.command = command;
    text(conversation.enlist(command) + " ");
  }

  /** Whether the server ended the command in place of accepting a literal. */
  boolean refused() {
    return refused;
  }

  /** Protocol text, in printable ASCII. */
  CommandWriter text(String ascii) {
    for (int at = 0; at < ascii.length(); at++) {
      if (ascii.charAt(at) < ' ' || ascii.charAt(at) > '~') {
        throw new IllegalArgumentException("not printable ASCII: " + command.label());
      }
    }
    return octets(ascii.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Flags and keywords in parentheses, one char per octet.
   *
   * @throws IllegalArgumentException when one is not a {@link OutgoingMessage#isFlag flag}
   */
  CommandWriter flags(Collection<String> flags) {
    if (!flags.stream().allMatch(OutgoingMessage::isFlag)) {
      throw new IllegalArgumentException("not a flag in the sense of IMAP");
    }
    return octets(("(" + String.join(" ", flags) + ")").getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * A string, quoted where possible, else as a literal.
   *
   * @param octets one char per octet
   * @throws IllegalArgumentException for NUL, which IMAP cannot carry
   */
  CommandWriter string(String octets) {
    if (!quotable(octets)) {
      byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
      return literalHeader("", bytes.length, Long.MAX_VALUE).octets(bytes);
    }
    StringBuilder quoted = new StringBuilder("\"");
    octets
        .chars()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                quoted.append('\\');
              }
              quoted.append((char) c);
            });
    return octets(quoted.append('"').toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The name of a folder; in UTF8=ACCEPT mode it may be quoted as UTF-8 (RFC 6855 section 3). */
  CommandWriter folder(FolderName folder) {
    if (conversation.server().utf8()
        && folder.wire().equals(utf8Wire(folder))
        && quotableUtf8(folder.wire())) {
      String escaped = folder.wire().replace("\\", "\\\\").replace("\"", "\\\"");
      return octets(('"' + escaped + '"').getBytes(StandardCharsets.ISO_8859_1));
    }
    return string(folder.wire());
  }

  private static String utf8Wire(FolderName folder) {
    return FolderNames.write(folder.text(), true).wire();
  }

  private static boolean quotableUtf8(String octets) {
    return octets.length() <= QUOTED_LIMIT && octets.chars().allMatch(c -> c >= ' ' && c != 0x7f);
  }

  static boolean quotable(String octets) {
    if (octets.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a string with NUL cannot be sent");
    }
    return octets.length() <= QUOTED_LIMIT && octets.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  /**
   * A message as a literal, streamed from where it is stored.
   *
   * @param sign {@code ~} for a literal8, else empty
   * @param waitAbove the size in octets above which the server is asked first
   * @throws ConnectionLost also when the content cannot be read or is not of its stated size, which
   *     the server was already told
   */
  CommandWriter content(String sign, Content content, long waitAbove) {
    literalHeader(sign, content.size(), waitAbove);
    if (refused) {
      return this;
    }
    ExactOutput exact = new ExactOutput(conversation.out(), content.size());
    try {
      content.writeTo(exact);
    } catch (IOException e) {
      exact.checkWrites(conversation);
      throw conversation.abort("the content of a message could not be read", e);
    } catch (RuntimeException | Error e) {
      conversation.abort("the content of a message could not be read", e);
      throw e;
    }
    exact.checkWrites(conversation);
    command.wrote(content.size());
    if (exact.remaining != 0) {
      throw conversation.abort("the content of a message is shorter than it said", null);
    }
    return this;
  }

  private CommandWriter literalHeader(String sign, long size, long waitAbove) {
    long free = Math.min(conversation.capabilities().literalWithoutWaiting(), waitAbove);
    if (size <= free) {
      return text(sign + "{" + size + "+}").lineEnd();
    }
    if (refused) {
      return this;
    }
    var continuation = command.expectContinuation();
    text(sign + "{" + size + "}").lineEnd();
    refused = conversation.await(continuation).isEmpty();
    return this;
  }

  /**
   * Writes a line and waits for a continuation; empty when the server ended the command instead.
   */
  Optional<String> endLineAndAwait(String line) {
    var continuation = command.expectContinuation();
    text(line).lineEnd();
    Optional<String> answer = conversation.await(continuation);
    refused = answer.isEmpty();
    return answer;
  }

  /** Ends the command. Nothing is flushed. */
  void end() {
    lineEnd();
  }

  private CommandWriter lineEnd() {
    return octets(new byte[] {'\r', '\n'});
  }

  private CommandWriter octets(byte[] octets) {
    if (!refused) {
      try {
        conversation.out().write(octets);
      } catch (IOException e) {
        throw conversation.writeFailed(e);
      }
    }
    return this;
  }

  /** Accepts exactly the announced number of octets, and remembers a failed write. */
  private static final class ExactOutput extends OutputStream {
    private final OutputStream out;
    private long remaining;
    private @Nullable IOException failure;

    ExactOutput(OutputStream out, long size) {
      this.out = out;
      this.remaining = size;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
      if (length > remaining) {
        throw new IOException("the content of a message is longer than it said");
      }
      try {
        out.write(octets, offset, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
      remaining -= length;
    }

    /** A flush by the writer of a message would only cost extra packets. */
    @Override
    public void flush() {}

    void checkWrites(Conversation conversation) {
      if (failure != null) {
        throw conversation.writeFailed(failure);
      }
    }
  }
}
