package org.mailcaravan.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The place of a problem: {@code toString} for people, {@link #parts} for programs. */
public sealed interface Where {
  /** The mailbox as a whole. */
  Where MAILBOX = new Words("the mailbox");

  /** The program itself. */
  Where PROGRAM = new Words("this program");

  /**
   * The parts of the place by their names in the JSON result, such as {@code folder} and {@code
   * uid}; empty for {@link Words}.
   */
  Map<String, Object> parts();

  /**
   * A folder.
   *
   * @param name as shown to people
   */
  static Where folder(Object name) {
    return new Folder(name.toString());
  }

  static Where message(long uid, Where folder) {
    return new Message(uid, folder);
  }

  static Where loginAt(Object server) {
    return new AtServer("login", "at", server.toString());
  }

  static Where connectionTo(Object server) {
    return new AtServer("connection", "to", server.toString());
  }

  static Where inboxAt(Object server) {
    return new AtServer("INBOX", "at", server.toString());
  }

  /** The list of all folders of an account. */
  static Where foldersAt(Object server) {
    return new AllFolders(server.toString());
  }

  /** A file, or another text that is read like one. */
  static InFile file(Object name) {
    return new InFile(name.toString(), 0, 0, "");
  }

  /**
   * A line of a file.
   *
   * @param line counted from 1
   */
  static InFile line(String file, long line) {
    return new InFile(file, line, 0, "");
  }

  /**
   * A URL.
   *
   * @param shown host and path, without a login
   */
  static Where url(String shown) {
    return new Url(shown);
  }

  /** The folder in which the program keeps what it knows. */
  static Where dataFolder(Object path) {
    return new OnDisk("data folder", path.toString());
  }

  /**
   * A file or folder of ours that is meant as a whole.
   *
   * @param what it is, as words that go before its path
   */
  static Where onDisk(String what, Object path) {
    return new OnDisk(what, path.toString());
  }

  /**
   * A property, or another setting of the program.
   *
   * @param words how it is shown, such as with its value
   */
  static Where setting(String name, String words) {
    return new Setting(name, words);
  }

  /**
   * Something of a mailbox, or the mailbox, where no other place tells which one it is.
   *
   * @param what goes before its address; may be empty
   */
  static Where ofMailbox(String what, String address) {
    return new OfMailbox(what, address);
  }

  /**
   * The database.
   *
   * @param url without what may hold a password
   */
  static Where database(String url) {
    return new InDatabase(url);
  }

  /** A place that none of the other types describes. */
  static Where words(String words) {
    return new Words(words);
  }

  /** A folder of a mailbox. */
  record Folder(String name) implements Where {
    @Override
    public Map<String, Object> parts() {
      return Map.of("folder", name);
    }

    @Override
    public String toString() {
      return "folder " + name;
    }
  }

  /**
   * Several folders.
   *
   * @param examples the names of the first ones
   */
  record Folders(long count, List<String> examples) implements Where {
    public Folders {
      examples = List.copyOf(examples);
    }

    @Override
    public Map<String, Object> parts() {
      Map<String, Object> parts = new LinkedHashMap<>();
      parts.put("folders", examples);
      parts.put("count", count);
      return parts;
    }

    @Override
    public String toString() {
      long others = count - examples.size();
      return count
          + " folders: "
          + String.join(", ", examples)
          + (others == 0 ? "" : " and " + others + " more");
    }
  }

  /**
   * A message.
   *
   * @param folder the folder that it is in
   */
  record Message(long uid, Where folder) implements Where {
    @Override
    public Map<String, Object> parts() {
      Map<String, Object> parts = new LinkedHashMap<>(folder.parts());
      parts.put("uid", uid);
      return parts;
    }

    @Override
    public String toString() {
      return "UID " + uid + " in " + folder;
    }
  }

  /**
   * The list of all folders of an account.
   *
   * @param server its name, with the port if known
   */
  record AllFolders(String server) implements Where {
    @Override
    public Map<String, Object> parts() {
      return Map.of("server", server);
    }

    @Override
    public String toString() {
      return "folders at " + server;
    }
  }

  /**
   * A login, a connection or a folder at a server.
   *
   * @param what "login"
   * @param preposition "at"
   * @param server its name, with the port if known
   */
  record AtServer(String what, String preposition, String server) implements Where {
    @Override
    public Map<String, Object> parts() {
      return Map.of("server", server);
    }

    @Override
    public String toString() {
      return what + " " + preposition + " " + server;
    }
  }

  /**
   * A file.
   *
   * @param line counted from 1; 0 for the whole file
   * @param column counted from 1; 0 for the whole line
   * @param resource UID of a contact or event, or empty
   */
  record InFile(String file, long line, int column, String resource) implements Where {
    /** The same place, with the UID of the contact or event. */
    public InFile of(String uid) {
      return new InFile(file, line, column, uid);
    }

    /** A column of the line. */
    public InFile column(int counted) {
      return new InFile(file, line, counted, resource);
    }

    @Override
    public Map<String, Object> parts() {
      Map<String, Object> parts = new LinkedHashMap<>();
      parts.put("file", file);
      if (line > 0) {
        parts.put("line", line);
      }
      if (column > 0) {
        parts.put("column", column);
      }
      if (!resource.isEmpty()) {
        parts.put("resource", resource);
      }
      return parts;
    }

    @Override
    public String toString() {
      return file
          + (line == 0 ? "" : " line " + line)
          + (column == 0 ? "" : " column " + column)
          + (resource.isEmpty() ? "" : " (UID " + resource + ")");
    }
  }

  /**
   * A URL.
   *
   * @param url host and path, without a login
   */
  record Url(String url) implements Where {
    @Override
    public Map<String, Object> parts() {
      return Map.of("url", url);
    }

    @Override
    public String toString() {
      return url;
    }
  }

  /**
   * A file or folder of ours that is meant as a whole.
   *
   * @param what "data folder"
   */
  record OnDisk(String what, String path) implements Where {
    @Override
    public Map<String, Object> parts() {
      return Map.of("path", path);
    }

    @Override
    public String toString() {
      return what + " " + path;
    }
  }

  /**
   * A property, or another setting of the program.
   *
   * @param words how it is shown
   */
  record Setting(String name, String words) implements Where {
    @Override
    public Map<String, Object> parts() {
      return Map.of("setting", name);
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * Something of a mailbox.
   *
   * @param what "credentials of"; empty when the mailbox is meant
   */
  record OfMailbox(String what, String address) implements Where {
    @Override
    public Map<String, Object> parts() {
      return Map.of("mailbox", address);
    }

    @Override
    public String toString() {
      return what.isEmpty() ? address : what + " " + address;
    }
  }

  /** The database. */
  record InDatabase(String url) implements Where {
    @Override
    public Map<String, Object> parts() {
      return Map.of("database", url);
    }

    @Override
    public String toString() {
      return "database " + url;
    }
  }

  /** A place without parts. */
  record Words(String words) implements Where {
    @Override
    public Map<String, Object> parts() {
      return Map.of();
    }

    @Override
    public String toString() {
      return words;
    }
  }
}
