package org.mailcaravan.sync.messages;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Changes to a message that a server refuses as it is, the smallest first. Each leaves a message
 * alone to which it does not apply, and works while the message streams through.
 */
public enum Repair {
  /** NUL is in no text, and IMAP cannot carry it (RFC 9051 section 4.3). */
  NUL("NUL octets were removed") {
    @Override
    public Filter over(OutputStream out) {
      return new WithoutNul(out);
    }
  },
  /** CR and LF stand only together (RFC 5322 section 2.3). */
  LINE_ENDS("bare CR and LF were made line ends") {
    @Override
    public Filter over(OutputStream out) {
      return new WithLineEnds(out);
    }
  },
  /** An mbox separator, {@code From ann@example.org Thu Jan 1 ...}, is no header line. */
  MBOX_LINE("the mbox line \"From \" before its header was removed") {
    @Override
    public Filter over(OutputStream out) {
      return new WithoutMboxLine(out);
    }
  },
  /** An empty line ends the header (RFC 5322 section 2.1); some messages have none. */
  SEPARATOR("the empty line that ends its header was added") {
    @Override
    public Filter over(OutputStream out) {
      return new WithSeparator(out);
    }
  },
  /** A header is US-ASCII; other characters stand in encoded words (RFC 2047). */
  HEADER("8-bit characters in its header were encoded (RFC 2047)") {
    @Override
    public Filter over(OutputStream out) {
      return new WithPlainHeader(out);
    }
  },
  /** A line has 998 octets at most (RFC 5322 section 2.1.1). */
  LONG_LINES("lines of more than 998 octets were broken") {
    @Override
    public Filter over(OutputStream out) {
      return new WithShortLines(out);
    }
  };

  private static final int LONGEST_LINE = 998;

  /** A header field, or a line before the body, is not looked at beyond this. */
  private static final int LONGEST_FIELD = 16 * 1024;

  private final String words;

  Repair(String words) {
    this.words = words;
  }

  /** What was done, for people. */
  public String words() {
    return words;
  }

  /** A stream that changes what is written through it; {@link Filter#finish} writes the rest. */
  public abstract Filter over(OutputStream out);

  /** Changes what goes through it. */
  public abstract static class Filter extends OutputStream {
    public final OutputStream out;

    public Filter(OutputStream out) {
      this.out = out;
    }

    /** The message is at its end. */
    public void finish() throws IOException {}
  }

  private static final class WithoutNul extends Filter {
    WithoutNul(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int octet) throws IOException {
      if ((octet & 0xff) != 0) {
        out.write(octet);
      }
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
      int from = offset;
      for (int at = offset; at < offset + length; at++) {
        if (octets[at] == 0) {
          out.write(octets, from, at - from);
          from = at + 1;
        }
      }
      out.write(octets, from, offset + length - from);
    }
  }

  /** CR CR LF, as programs write that add CR to LF twice, is one line end. */
  private static final class WithLineEnds extends Filter {
    private long carriageReturns;

    WithLineEnds(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int octet) throws IOException {
      if (octet == '\r') {
        carriageReturns++;
        return;
      }
      if (octet == '\n') {
        carriageReturns = 1;
      }
      finish();
      if (octet != '\n') {
        out.write(octet);
      }
    }

    @Override
    public void finish() throws IOException {
      for (; carriageReturns > 0; carriageReturns--) {
        out.write('\r');
        out.write('\n');
      }
    }
  }

  /**
   * Calls {@link #line} for each line, with its line end, until it returns false. A line of more
   * than {@link #LONGEST_FIELD} comes in pieces, cut at a blank where it has one.
   */
  private abstract static class Lines extends Filter {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean passing;
    private boolean lineEnded = true;

    Lines(OutputStream out) {
      super(out);
    }

    /**
     * Returns whether more lines are to be looked at.
     *
     * @param begins false when this goes on with the line before
     */
    abstract boolean line(byte[] octets, boolean begins) throws IOException;

    @Override
    public final void write(int octet) throws IOException {
      if (passing) {
        out.write(octet);
        return;
      }
      line.write(octet);
      if (octet == '\n'
          || (line.size() >= LONGEST_FIELD
              && (octet == ' ' || octet == '\t' || line.size() >= 2 * LONGEST_FIELD))) {
        handOn();
      }
    }

    private void handOn() throws IOException {
      byte[] octets = line.toByteArray();
      line.reset();
      boolean begins = lineEnded;
      lineEnded = octets[octets.length - 1] == '\n';
      passing = !line(octets, begins);
    }

    @Override
    public final void write(byte[] octets, int offset, int length) throws IOException {
      int at = offset;
      while (at < offset + length && !passing) {
        write(octets[at++]);
      }
      out.write(octets, at, offset + length - at);
    }

    @Override
    public final void finish() throws IOException {
      if (!passing && line.size() > 0) {
        handOn();
      }
      if (!passing) {
        end(lineEnded);
      }
    }

    /** The message has no more lines. */
    void end(boolean lineEnded) throws IOException {}

    static String text(byte[] octets) {
      return new String(octets, StandardCharsets.ISO_8859_1);
    }

    static boolean isEmptyLine(byte[] octets) {
      return (octets[0] == '\r' || octets[0] == '\n') && text(octets).isBlank();
    }
  }

  private static final class WithoutMboxLine extends Lines {
    WithoutMboxLine(OutputStream out) {
      super(out);
    }

    @Override
    boolean line(byte[] octets, boolean begins) throws IOException {
      String text = text(octets);
      boolean separator = text.startsWith("From ") || text.startsWith(">From ");
      int end = separator ? endOfLine(text) : 0;
      out.write(octets, end, octets.length - end);
      return false;
    }

    /** A bare CR ends the line too, so that the header does not count as a part of it. */
    private static int endOfLine(String text) {
      int end = 0;
      while (end < text.length() && text.charAt(end) != '\r' && text.charAt(end) != '\n') {
        end++;
      }
      int lf = end;
      while (lf < text.length() && text.charAt(lf) == '\r') {
        lf++;
      }
      if (lf < text.length() && text.charAt(lf) == '\n') {
        return lf + 1;
      }
      return end < text.length() ? end + 1 : 0;
    }
  }

  private static final class WithSeparator extends Lines {
    private static final Pattern FIELD = Pattern.compile("[!-9;-~]+[ \\t]*:.*", Pattern.DOTALL);
    private boolean afterField;

    WithSeparator(OutputStream out) {
      super(out);
    }

    @Override
    boolean line(byte[] octets, boolean begins) throws IOException {
      if (!begins) {
        out.write(octets);
        return true;
      }
      if (isEmptyLine(octets)) {
        out.write(octets);
        return false;
      }
      boolean folded = afterField && (octets[0] == ' ' || octets[0] == '\t');
      boolean header = folded || FIELD.matcher(text(octets)).matches();
      if (!header) {
        out.write('\r');
        out.write('\n');
      }
      out.write(octets);
      afterField = header;
      return header;
    }

    @Override
    void end(boolean lineEnded) throws IOException {
      if (!lineEnded) {
        out.write('\r');
        out.write('\n');
      }
      out.write('\r');
      out.write('\n');
    }
  }

  /** Encodes quoted strings with an octet above 127, and other words with one in a row. */
  private static final class WithPlainHeader extends Lines {
    private static final String SPECIALS = "<>\"(),;:@";
    private static final int LONGEST_WORD = 40;

    WithPlainHeader(OutputStream out) {
      super(out);
    }

    @Override
    boolean line(byte[] octets, boolean begins) throws IOException {
      String line = text(octets);
      if (isPlain(line)) {
        out.write(octets);
      } else {
        out.write(plain(line, charset(octets)).getBytes(StandardCharsets.ISO_8859_1));
      }
      return !begins || !isEmptyLine(octets);
    }

    private static boolean isPlain(String text) {
      return text.chars().allMatch(c -> c < 0x80);
    }

    /** Without a pattern, which would need a stack as deep as the line has words. */
    private static String plain(String line, Charset charset) {
      boolean parameter =
          line.toLowerCase(Locale.ROOT).startsWith("content-") || line.contains("name=");
      StringBuilder plain = new StringBuilder();
      boolean quotesEnd = true;
      int at = 0;
      while (at < line.length()) {
        int end = at + 1;
        if (line.charAt(at) == '"' && quotesEnd) {
          int quote = endOfQuoted(line, at);
          quotesEnd = quote > 0;
          end = quotesEnd ? quote : end;
        } else if (isWord(line.charAt(at))) {
          end = endOfWords(line, at);
        }
        String part = line.substring(at, end);
        plain.append(isPlain(part) ? part : encoded(part, charset, parameter));
        at = end;
      }
      return plain.toString();
    }

    private static boolean isWord(char c) {
      return c > ' ' && SPECIALS.indexOf(c) < 0;
    }

    private static int endOfWord(String line, int start) {
      int end = start;
      while (end < line.length() && isWord(line.charAt(end))) {
        end++;
      }
      return end;
    }

    /** The end of one plain word, or of several encoded words in a row. */
    private static int endOfWords(String line, int start) {
      int end = endOfWord(line, start);
      int from = start;
      int next = end;
      while (next > from && !isPlain(line.substring(from, next))) {
        end = next;
        from = end;
        while (from < line.length() && (line.charAt(from) == ' ' || line.charAt(from) == '\t')) {
          from++;
        }
        next = from > end ? endOfWord(line, from) : from;
      }
      return end;
    }

    /** Behind the closing quote; 0 when there is none. */
    private static int endOfQuoted(String line, int start) {
      for (int at = start + 1; at < line.length(); at++) {
        char c = line.charAt(at);
        if (c == '"') {
          return at + 1;
        }
        if (c == '\\') {
          at++;
        }
      }
      return 0;
    }

    private static Charset charset(byte[] octets) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
        return StandardCharsets.UTF_8;
      } catch (CharacterCodingException e) {
        return StandardCharsets.ISO_8859_1;
      }
    }

    private static String encoded(String octets, Charset charset, boolean parameter) {
      boolean quoted = octets.startsWith("\"");
      String raw =
          quoted ? octets.substring(1, octets.length() - 1).replaceAll("\\\\(.)", "$1") : octets;
      String text = new String(raw.getBytes(StandardCharsets.ISO_8859_1), charset);
      StringBuilder words = new StringBuilder();
      StringBuilder word = new StringBuilder();
      for (int at = 0; at < text.length(); at = text.offsetByCodePoints(at, 1)) {
        String q = encoded(new String(Character.toChars(text.codePointAt(at))).getBytes(charset));
        if (word.length() + q.length() > LONGEST_WORD && !parameter) {
          words.append(word(word, charset)).append("\r\n ");
          word.setLength(0);
        }
        word.append(q);
      }
      words.append(word(word, charset));
      return quoted && parameter ? "\"" + words + "\"" : words.toString();
    }

    private static String word(StringBuilder encoded, Charset charset) {
      return "=?" + charset.name().toLowerCase(Locale.ROOT) + "?Q?" + encoded + "?=";
    }

    private static String encoded(byte[] octets) {
      StringBuilder q = new StringBuilder();
      for (byte octet : octets) {
        int c = octet & 0xff;
        boolean plain =
            c < 0x80 && (Character.isLetterOrDigit(c) || c == '!' || c == '*' || c == '-');
        q.append(plain ? String.valueOf((char) c) : c == ' ' ? "_" : String.format("=%02X", c));
      }
      return q.toString();
    }
  }

  private static final class WithShortLines extends Filter {
    private final byte[] line = new byte[LONGEST_LINE];
    private int length;
    private boolean header = true;
    private boolean lineEmpty = true;

    WithShortLines(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int octet) throws IOException {
      if (octet == '\n') {
        header &= !lineEmpty;
        flush(length);
        out.write(octet);
        lineEmpty = true;
        return;
      }
      if (octet != '\r') {
        lineEmpty = false;
        if (length == LONGEST_LINE) {
          breakLine();
        }
      } else if (length == LONGEST_LINE) {
        flush(length);
      }
      line[length++] = (byte) octet;
    }

    /** At the last blank: it begins the next line in a header, and ends this one in a body. */
    private void breakLine() throws IOException {
      int at = length - 1;
      while (at > 0 && line[at] != ' ' && line[at] != '\t') {
        at--;
      }
      boolean blank = at > 0;
      flush(!blank ? length : header ? at : at + 1);
      out.write('\r');
      out.write('\n');
      if (header && !blank) {
        line[length++] = ' ';
      }
    }

    private void flush(int count) throws IOException {
      out.write(line, 0, count);
      System.arraycopy(line, count, line, 0, length - count);
      length -= count;
    }

    @Override
    public void finish() throws IOException {
      flush(length);
    }
  }
}
