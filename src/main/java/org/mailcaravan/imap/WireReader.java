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
 * Reads the elements of IMAP responses (RFC 9051 section 4) as they arrive. Blocking reads make it
 * independent of how the network cuts them. Strings are given one char per octet. For one thread.
 */
final class WireReader {
  /** The most octets that one response may have, other than in literals that are no strings. */
  static final int LINE_LIMIT = 1 << 20;

  private static final int MOST_KEPT = 200;

  private static final Pattern LITERAL = Pattern.compile("~?\\{(\\d{1,9})[+-]?\\}");

  private final byte[] buffer = new byte[65_536];
  private InputStream in;
  private int position;
  private int limit;
  private long responseLength;

  /** What was read of the response since {@link #keep}, no literals; null when nothing is kept. */
  private @Nullable StringBuilder kept;

  private int last;
  private boolean ended;

  WireReader(InputStream in) {
    this.in = in;
  }

  /** How a stream is laid over another: inflating, for one. */
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

  /** Whether octets have arrived that were not asked for yet. */
  boolean hasMore() throws IOException {
    return position < limit || in.available() > 0;
  }

  /** The next octet, which stays. */
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

  /** A response begins here. */
  void begin() {
    responseLength = 0;
    ended = false;
    kept = null;
  }

  /** From here on, keeps the beginning of what is read of this response, to show it. */
  void keep() {
    kept = new StringBuilder();
  }

  /**
   * Passes over what is left of a response that could not be understood.
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

  /** The next octet. A response that grows too long is an error: nothing else would bound it. */
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

  /** Some octets of a literal, at least one. */
  int readLiteral(byte[] octets, int offset, int length) throws IOException {
    // A line end in it, or before it, is not that of the response.
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

  /** Takes the next octet if it is {@code c}. */
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

  /** A string in any form, or an atom, also where it reads NIL. */
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
   * The separator of folder names, or null for NIL. A backslash that is not quoted, as some servers
   * send it, is one all the same: {@code "\" "Projects\2026"}.
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

  /** What follows a backslash and needs none keeps it, for servers that quote nothing. */
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
    // Before it is read, and all of a response together.
    grow(size);
    Literal literal = new Literal(this, size);
    return new String(literal.readNBytes((int) size), StandardCharsets.ISO_8859_1);
  }

  /** Whether a literal, or a literal8 (RFC 3516), comes next. */
  boolean isLiteral() throws IOException {
    return literalAhead();
  }

  /** Opens the literal that comes next. */
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

  /** A list of atoms or strings in parentheses; NIL stands for an empty one. */
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

  /** An atom may begin as a literal does: some servers let users name keywords as they like. */
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

  /** The one value in parentheses, as of MODSEQ or EMAILID, or without them; of any octets. */
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

  /** A part of a set of UIDs, which may be longer than other lines: the caller must bound it. */
  String setPart() throws IOException {
    responseLength = 0;
    StringBuilder part = new StringBuilder();
    for (int c = peek(); c != ',' && c != ' ' && !atLineEnd(); c = peek()) {
      part.append((char) read());
    }
    return part.toString();
  }

  /** Passes over a value of any kind: nested lists, strings, literals of any size. */
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

  /** What is left of the line, without its end. */
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

  /**
   * Nothing is left of the response: its end is missing, and the next one, or a line end, follows.
   */
  void endResponse() {
    ended = true;
  }

  /** Passes over what is left of a response, with any literals in it. */
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
