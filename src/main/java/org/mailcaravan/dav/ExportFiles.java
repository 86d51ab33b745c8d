package org.mailcaravan.dav;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Problem;

/**
 * The texts in the exported files of one mailbox and kind. Archives are unpacked, and UTF-16 is
 * converted to UTF-8, into a temporary file. The type of a file is recognised by its content. Not
 * thread-safe.
 */
final class ExportFiles implements Closeable {
  /**
   * The contents of a file.
   *
   * @param parts its texts, in order
   * @param problems what could not be unpacked
   * @param notes what was left out
   * @param fault why the file could not be read at all, or null
   */
  record Contents(
      List<ExportPart> parts,
      List<Problem> problems,
      List<String> notes,
      @Nullable IOException fault) {
    /**
     * Reports problems and notes to a visitor and returns this.
     *
     * @throws IOException the fault, if there is one
     */
    Contents report(ExportReader.Visitor visitor) throws IOException {
      if (fault != null) {
        throw fault;
      }
      problems.forEach(visitor::broken);
      notes.forEach(visitor::note);
      return this;
    }
  }

  private final Spool spool;
  private final Runnable goOn;
  private long room = ExportArchive.LARGEST;
  private final Map<Path, Contents> contents = new LinkedHashMap<>();
  private @Nullable Path openFile;
  private @Nullable FileChannel openChannel;

  /**
   * @param spoolFolder an existing folder, for unpacked texts
   * @param goOn is run before each part of a file is read, and may throw
   */
  ExportFiles(Path spoolFolder, Runnable goOn) {
    this.spool = new Spool(spoolFolder);
    this.goOn = goOn;
  }

  /** Recognises files and unpacks archives; to be called once. */
  void open(Groupware kind, List<Path> files) {
    for (Path file : files) {
      contents.put(file, open(kind, file));
    }
  }

  private Contents open(Groupware kind, Path file) {
    List<ExportPart> parts = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    IOException fault = null;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      if (ExportArchive.isArchive(in)) {
        new ExportArchive(kind, file, this, parts, problems, notes).unpack();
      } else if (utf16(in) != null) {
        parts.add(unpacked(ExportText.fileName(file), in));
      } else {
        parts.add(ExportPart.of(file));
      }
    } catch (IOException e) {
      fault = e;
    }
    return new Contents(parts, problems, notes, fault);
  }

  /** The files, in the order in which they were given. */
  Iterable<Path> files() {
    return contents.keySet();
  }

  /** The contents of one of the files. */
  Contents of(Path file) {
    Contents found = contents.get(file);
    if (found == null) {
      throw new IllegalArgumentException("the reader was not opened with " + file);
    }
    return found;
  }

  /** Subtracts from the size that may still be unpacked; false when that is used up. */
  boolean take(int octets) {
    room -= octets;
    return hasRoom();
  }

  boolean hasRoom() {
    return room >= 0;
  }

  /** Copies a text to the spool, as UTF-8 when it is UTF-16. */
  ExportPart unpacked(String name, InputStream from) throws IOException {
    BufferedInputStream in = new BufferedInputStream(new AskingStream(from, goOn));
    Charset charset = utf16(in);
    long start = spool.end();
    if (charset == null) {
      in.transferTo(spool.appending());
    } else {
      // The byte order mark stays, in UTF-8.
      Reader reader = new InputStreamReader(in, charset);
      Writer writer = new OutputStreamWriter(spool.appending(), StandardCharsets.UTF_8);
      reader.transferTo(writer);
      writer.flush();
    }
    return new ExportPart(name, null, start, spool.end());
  }

  /** The UTF-16 charset of a text, or null when it is in another charset. */
  private static @Nullable Charset utf16(InputStream in) throws IOException {
    in.mark(4);
    byte[] first = in.readNBytes(4);
    in.reset();
    if (first.length < 4) {
      return null;
    }
    // Without a byte order mark, the first letters of BEGIN tell the byte order.
    String text = new String(first, StandardCharsets.ISO_8859_1);
    if (text.startsWith("\u00ff\u00fe") || text.equalsIgnoreCase("B\0E\0")) {
      return StandardCharsets.UTF_16LE;
    }
    if (text.startsWith("\u00fe\u00ff") || text.equalsIgnoreCase("\0B\0E")) {
      return StandardCharsets.UTF_16BE;
    }
    return null;
  }

  /** Opens a part. It must be read to its end before the next one is opened. */
  InputStream stream(ExportPart part) throws IOException {
    return new AskingStream(new ChannelStream(channel(part), part.start(), part.end()), goOn);
  }

  /** Reads a piece of a part, by its offsets there. */
  byte[] piece(ExportPart part, long from, long to) throws IOException {
    ByteBuffer octets = ByteBuffer.allocate(Math.toIntExact(to - from));
    FileChannel channel = channel(part);
    while (octets.hasRemaining()) {
      if (channel.read(octets, part.start() + from + octets.position()) < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
    }
    return octets.array();
  }

  private FileChannel channel(ExportPart part) throws IOException {
    Path file = part.file();
    if (file == null) {
      return spool.channel();
    }
    FileChannel open = openChannel;
    if (open == null || !file.equals(openFile)) {
      closeFile();
      open = FileChannel.open(file);
      openChannel = open;
      openFile = file;
    }
    return open;
  }

  private void closeFile() throws IOException {
    if (openChannel != null) {
      openChannel.close();
      openChannel = null;
    }
  }

  @Override
  public void close() throws IOException {
    try (spool) {
      closeFile();
    }
  }

  /** Asks before each read whether to go on. */
  private static final class AskingStream extends FilterInputStream {
    private final Runnable goOn;

    AskingStream(InputStream in, Runnable goOn) {
      super(in);
      this.goOn = goOn;
    }

    @Override
    public int read() throws IOException {
      goOn.run();
      return super.read();
    }

    @Override
    public int read(byte[] octets, int from, int length) throws IOException {
      goOn.run();
      return super.read(octets, from, length);
    }
  }

  /** Reads a piece of a channel and does not move the position of the channel. */
  private static final class ChannelStream extends InputStream {
    private final FileChannel channel;
    private final long end;
    private long position;

    ChannelStream(FileChannel channel, long start, long end) {
      this.channel = channel;
      this.position = start;
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] octets, int from, int length) throws IOException {
      int wanted = (int) Math.min(length, end - position);
      if (wanted <= 0) {
        return length == 0 ? 0 : -1;
      }
      int read = channel.read(ByteBuffer.wrap(octets, from, wanted), position);
      position += Math.max(0, read);
      return read;
    }
  }
}
