package org.mailcaravan.imap;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the elements of IMAP responses (RFC 9051 section 4), however the network splits them.
 * Strings have one char per octet. For one thread.
 */
final class WireReader {
  /** The most octets of one response, strings included, streamed literals not. */
  static final int LINE_LIMIT = 1 << 20;

  private static final int MOST_KEPT = 200;

  private static final Pattern LITERAL = Pattern.compile("~?\\{(\\d{1,9})[+-]?\\}");

  private final byte[] buffer = new byte[65_536];
  private InputStream in;
  private int position;
  private int limit;
  private long responseLength;

  /** The beginning of what was read since {@link #keep}, without literals; null before it. */
  private @Nullable StringBuilder kept;

  private int last;
  private boolean ended;

  WireReader(InputStream in) {
    this.in = in;
  }

  /** Lays a stream over another, such as one that inflates. */
  @FunctionalInterface
  interface Layer {
    InputStream over(InputStream below) throws IOException;
  }

  /** From the next octet on, reads through {@code layer}. */
  void layer(Layer layer) throws IOException {
    InputStream rest =
        position == limit
            ? in
            : new SequenceInputStream(
                new ByteArrayInputStream(buffer.clone(), position, limit - position), in);
    position = 0;
    limit = 0;
    in = layer.over(rest);
  }

  /** Whether octets have arrived that are not read yet. */
  boolean hasMore() throws IOException {
    return position < limit || in.available() > 0;
  }

  /** The next octet, which is not consumed. */
  int peek() throws IOException {
    if (position == limit) {
      fill(0);
    }
    return buffer[position] & 0xff;
  }

  private boolean literalAhead() throws IOException {
    int c = peek();
    if (c != '~') {
      return c == '{';
    }
    if (position + 1 == limit) {
      buffer[0] = '~';
      fill(1);
    }
    return buffer[position + 1] == '{';
  }

  private void fill(int kept) throws IOException {
    position = 0;
    limit = kept;
    int n = in.read(buffer, kept, buffer.length - kept);
    if (n < 0) {
      throw new EOFException("the connection was closed");
    }
    limit = kept + n;
    if (n == 0) {
      fill(kept);
    }
  }

  /** Begins a response, to whose length the limit applies. */
  void begin() {
    responseLength = 0;
    ended = false;
    kept = null;
  }

  /** From now on keeps the beginning of this response, to show it. */
  void keep() {
    kept = new StringBuilder();
  }

  /**
   * Skips the rest of a malformed response.
   *
   * @return what was kept of it
   */
  String skipMalformed() throws IOException {
    StringBuilder line = kept;
    if (last != '\n') {
      skipResponse();
    }
    kept = null;
    return line == null ? "" : line.toString();
  }

  /** Consumes the next octet. Fails when the response grows too long. */
  int read() throws IOException {
    int c = peek();
    position++;
    last = c;
    StringBuilder line = kept;
    if (line != null && line.length() < MOST_KEPT) {
      line.append((char) c);
    }
    grow(1);
    return c;
  }

  private void grow(long octets) throws ProtocolFailure {
    responseLength += octets;
    if (responseLength > LINE_LIMIT) {
      throw new LimitExceeded("a response of more than " + LINE_LIMIT + " octets");
    }
  }

  /** Reads some octets of a literal, at least one. */
  int readLiteral(byte[] octets, int offset, int length) throws IOException {
    // A line end in a literal, or before it, does not end the response.
    last = 0;
    if (position == limit) {
      if (length >= buffer.length) {
        int n = in.read(octets, offset, length);
        if (n < 0) {
          throw new EOFException("the connection was closed inside a literal");
        }
        return n;
      }
      fill(0);
    }
    int n = Math.min(length, limit - position);
    System.arraycopy(buffer, position, octets, offset, n);
    position += n;
    return n;
  }

  /** Consumes the next octet if it is {@code c}. */
  boolean skip(char c) throws IOException {
    if (peek() != c) {
      return false;
    }
    read();
    return true;
  }

  void spaces() throws IOException {
    while (peek() == ' ') {
      read();
    }
  }

  void expect(char c) throws IOException {
    if (!skip(c)) {
      throw new ProtocolFailure("'" + c + "' was expected");
    }
  }

  boolean atLineEnd() throws IOException {
    int c = peek();
    return c == '\r' || c == '\n';
  }

  /** Octets up to a space, parenthesis or line end; may be empty. */
  String token() throws IOException {
    StringBuilder token = new StringBuilder();
    for (int c = peek(); c != ' ' && c != '(' && c != ')' && !atLineEnd(); c = peek()) {
      token.append((char) read());
    }
    return token.toString();
  }

  /** The name of a FETCH item, such as {@code BODY[HEADER.FIELDS (TO)]<0>}. */
  String itemName() throws IOException {
    StringBuilder name = new StringBuilder();
    boolean bracket = false;
    while (!atLineEnd()) {
      int c = peek();
      if (!bracket && (c == ' ' || c == '(' || c == ')')) {
        break;
      }
      if (c < ' ' || c > '~') {
        throw new ProtocolFailure("the name of a FETCH item was expected");
      }
      bracket = c == '[' || (bracket && c != ']');
      name.append((char) read());
    }
    if (name.isEmpty()) {
      throw new ProtocolFailure("the name of a FETCH item was expected");
    }
    return name.toString();
  }

  /** A string in any form, or an atom; NIL is an atom. */
  String astring() throws IOException {
    if (peek() == '"') {
      return quoted();
    }
    if (literalAhead()) {
      return shortLiteral();
    }
    return token();
  }

  /** A string in any form, or null for NIL. */
  @Nullable String nstring() throws IOException {
    boolean atom = peek() != '"' && !literalAhead();
    String value = astring();
    return atom && value.equalsIgnoreCase("NIL") ? null : value;
  }

  /**
   * The hierarchy separator of folder names, or null for NIL. Some servers do not escape a
   * backslash: {@code "\" "Projects\2026"}.
   */
  @Nullable Character separator() throws IOException {
    if (peek() != '"') {
      String told = nstring();
      return told == null || told.isEmpty() ? null : told.charAt(0);
    }
    read();
    int first = read();
    if (first == '"') {
      return null;
    }
    if (first == '\\') {
      int quoted = read();
      if (quoted == '"' && peek() != '"') {
        return '\\';
      }
      first = quoted;
    }
    while (first != '\n' && peek() != '"' && peek() != '\r' && peek() != '\n') {
      read();
    }
    expect('"');
    return (char) first;
  }

  /** A backslash that escapes nothing is kept, for servers that do not escape. */
  private String quoted() throws IOException {
    read();
    StringBuilder value = new StringBuilder();
    for (int c = read(); c != '"'; c = read()) {
      if (c == '\\') {
        c = read();
        if (c != '"' && c != '\\') {
          value.append('\\');
        }
      }
      if (c == '\n') {
        throw new ProtocolFailure("a quoted string was not closed");
      }
      value.append((char) c);
    }
    return value.toString();
  }

  private String shortLiteral() throws IOException {
    return octets(literal().size());
  }

  private String octets(long size) throws IOException {
    // The limit applies before the literal is read, and to the whole response.
    grow(size);
    Literal literal = new Literal(this, size);
    return new String(literal.readNBytes((int) size), StandardCharsets.ISO_8859_1);
  }

  /** Whether a literal, or a literal8 (RFC 3516), comes next. */
  boolean isLiteral() throws IOException {
    return literalAhead();
  }

  /** Reads the size of the literal that comes next. */
  Literal literal() throws IOException {
    skip('~');
    expect('{');
    StringBuilder digits = new StringBuilder();
    while (peek() >= '0' && peek() <= '9') {
      digits.append((char) read());
    }
    if (!skip('+')) {
      skip('-');
    }
    expect('}');
    skip('\r');
    expect('\n');
    long size = ResponseText.number(digits.toString());
    if (size < 0) {
      throw new ProtocolFailure("the size of a literal was expected");
    }
    return new Literal(this, size);
  }

  /** A number, or -1 for anything else, such as the NIL that IceWarp sends. */
  long number() throws IOException {
    String value = nstring();
    return value == null ? -1 : ResponseText.number(value);
  }

  /** A list of atoms or strings in parentheses; NIL is an empty one. */
  List<String> words() throws IOException {
    List<String> words = new ArrayList<>();
    if (!skip('(')) {
      if (token().equalsIgnoreCase("NIL")) {
        return words;
      }
      throw new ProtocolFailure("'(' was expected");
    }
    for (spaces(); !skip(')'); spaces()) {
      String word = word();
      if (word.isEmpty()) {
        throw new ProtocolFailure("')' was expected");
      }
      words.add(word);
    }
    return words;
  }

  /** An atom may look like the beginning of a literal: some servers accept any keyword. */
  private String word() throws IOException {
    if (peek() == '"') {
      return quoted();
    }
    String atom = token();
    Matcher literal = LITERAL.matcher(atom);
    if (!literal.matches() || !atLineEnd()) {
      return atom;
    }
    skip('\r');
    expect('\n');
    return octets(ResponseText.number(literal.group(1)));
  }

  /** One value with or without parentheses, as of MODSEQ or EMAILID; any octets. */
  String parenthesized() throws IOException {
    if (!skip('(')) {
      return token();
    }
    StringBuilder value = new StringBuilder();
    while (!atLineEnd() && !skip(')')) {
      value.append((char) read());
    }
    return value.toString().strip();
  }

  /** A part of a sequence set. The set may exceed the limit of a response: the caller bounds it. */
  String setPart() throws IOException {
    responseLength = 0;
    StringBuilder part = new StringBuilder();
    for (int c = peek(); c != ',' && c != ' ' && !atLineEnd(); c = peek()) {
      part.append((char) read());
    }
    return part.toString();
  }

  /** Skips a value of any kind: nested lists, strings, literals of any size. */
  void skipValue() throws IOException {
    int depth = 0;
    do {
      spaces();
      if (skip('(')) {
        depth++;
      } else if (depth > 0 && skip(')')) {
        depth--;
      } else if (literalAhead()) {
        literal().drain();
      } else if (peek() == '"') {
        quoted();
      } else if (token().isEmpty()) {
        throw new ProtocolFailure("a value was expected");
      }
    } while (depth > 0);
  }

  /** The rest of the line, without its end. */
  String restOfLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = read(); c != '\n'; c = read()) {
      line.append((char) c);
    }
    int length = line.length();
    if (length > 0 && line.charAt(length - 1) == '\r') {
      line.setLength(length - 1);
    }
    begin();
    return line.toString();
  }

  /** Ends a response whose end is missing: the next response or a line end follows. */
  void endResponse() {
    ended = true;
  }

  /** Skips the rest of a response, with its literals. */
  void skipResponse() throws IOException {
    while (!ended && !atLineEnd()) {
      if (literalAhead()) {
        skipPossibleLiteral();
      } else {
        read();
      }
    }
    skip('\r');
    skip('\n');
  }

  private void skipPossibleLiteral() throws IOException {
    skip('~');
    read();
    StringBuilder digits = new StringBuilder();
    while (peek() >= '0' && peek() <= '9') {
      digits.append((char) read());
    }
    skip('+');
    if (digits.isEmpty() || !skip('}') || !atLineEnd()) {
      return;
    }
    skip('\r');
    skip('\n');
    long size = ResponseText.number(digits.toString());
    if (size < 0) {
      throw new ProtocolFailure("the size of a literal was expected");
    }
    new Literal(this, size).drain();
  }
}
