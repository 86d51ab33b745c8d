package org.mailcaravan.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where a problem is: its words are for people, its {@link #parts} for programs. */
public sealed interface Where {
  /** The mailbox as a whole. */
  Where MAILBOX = new Words("the mailbox");

  /** The program itself. */
  Where PROGRAM = new Words("this program");

  /**
   * What a program reads, by the names of the JSON result: {@code folder}, {@code uid} and so on;
   * empty where there are only words.
   */
  Map<String, Object> parts();

  /**
   * A folder.
   *
   * @param name as it is shown
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

  /** A file, or another thing that is read from its beginning to its end. */
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
   * What is asked for by HTTP.
   *
   * @param shown host and path, without a login
   */
  static Where url(String shown) {
    return new Url(shown);
  }

  /** What no other of these says, in words. */
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
   * @param examples the first of them
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
   * @param folder where it is
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
   * @param server its name, with the port where it is known
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
   * What a server is asked for.
   *
   * @param what "login"
   * @param preposition "at"
   * @param server its name, with the port where it is known
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
   * @param line counted from 1; 0 when the file as a whole is meant
   * @param column counted from 1; 0 when the line as a whole is meant
   * @param resource UID of a contact or an event in it, or empty
   */
  record InFile(String file, long line, int column, String resource) implements Where {
    /** The same place, with the contact or the event that is there. */
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
   * What is asked for by HTTP.
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

  /** What has no parts. */
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
