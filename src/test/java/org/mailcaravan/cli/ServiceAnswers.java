package org.mailcaravan.cli;

import java.util.Arrays;
import java.util.List;

/** Answers of the service, as its API gives them. */
final class ServiceAnswers {
  static final String RUNS =
      mailbox("m1/1", "anna@old.example", "copying")
          .with("pass", "\"first\"")
          .with("node", "\"node-a\"")
          .with("messages_done", "1234")
          .with("messages_total", "3000")
          .with("bytes_done", "4100000")
          .with("bytes_total", "10000000")
          .with("rate", "1258291")
          .with("seconds_left", "80")
          .toString();

  static final String WAITS =
      mailbox("m1/2", "ben@old.example", "queued")
          .with("pass", "\"first\"")
          .with("waits_for", "\"retry\"")
          .with("reason", "\"the connection was lost\"")
          .with("due_at", "\"2026-11-29T12:30:00Z\"")
          .toString();

  static final String NEEDS =
      mailbox("m1/3", "dora@old.example", "blocked")
          .with("pass", "\"first\"")
          .with("needs_attention", "true")
          .with("problem_count", "2")
          .with(
              "problems",
              """
              [{"id":"17.0","pass":17,"mailbox":"m1/3","migration":"m1","source":"dora@old.example",
              "code":"wrong-password","severity":"error","owner":"customer",
              "place":"login at imap.old.example","cause":"NO [AUTHENTICATIONFAILED] no \\u001b[31mred",
              "next_step":"Ask the customer for the right password.","at":"2026-11-29T12:00:00Z"}]""")
          .toString();

  static final String ARRIVED = mailbox("m1/1", "anna@old.example", "copied").toString();

  static final String MIGRATION =
      """
      {"id":"m1","name":"customers.csv","state":"running",
      "mailboxes":{"copying":1,"queued":1,"blocked":1},"rejected_rows":2,
      "opened_at":"2026-11-29T11:00:00Z","priority":0,"paused":false,"report_due":false,
      "messages_done":1234,"messages_total":3000,"bytes_done":4100000,"bytes_total":10000000,
      "rate":1258291,"seconds_left":80,"need_attention":1,"problems":{"wrong-password":1},
      "stage":"copying","stage_at":"2026-11-29T11:05:00Z","closed_at":null,"removed_at":null}""";

  static final String HOST =
      """
      {"name":"imap.old.example:993","running":1,"allowed":2,"configured":4,"learned":2,
      "reason":"it said: too many connections","paused":false,"waiting":7}""";

  static final String ACCEPTED =
      "{\"id\":\"m1\",\"name\":\"customers.csv\",\"mailboxes\":3,\"rejected\":[]}";

  static final String ACCEPTED_IN_PART =
      """
      {"id":"m1","name":"customers.csv","mailboxes":2,"rejected":[{"line":5,"column":"source_port",
      "value":"x","problem":"it is no number","remedy":"Give the port."}]}""";

  private static final String NODE =
      """
      {"name":"node-a","kind":"service","version":"0.1","url":"http://127.0.0.1:8480",
      "started_at":"2026-11-29T10:00:00Z","seen_at":"2026-11-29T12:00:00Z","alive":true,"running":1}""";

  private ServiceAnswers() {}

  /** A status with one migration and these mailboxes. */
  static String status(String... mailboxes) {
    return status(List.of(MIGRATION), mailboxes);
  }

  static String status(List<String> migrations, String... mailboxes) {
    boolean underWay =
        Arrays.stream(mailboxes)
            .anyMatch(mailbox -> mailbox.contains("\"node\"") || mailbox.contains("waits_for"));
    return """
        {"nodes":[%s],"hosts":[%s],"migrations":[%s],"mailboxes":[%s],"mailboxes_left_out":0,
        "under_way":%s}"""
        .formatted(
            NODE,
            HOST,
            String.join(",", migrations),
            String.join(",", List.of(mailboxes)),
            underWay);
  }

  static String hosts() {
    return "{\"hosts\":[" + HOST + "]}";
  }

  /** The history of a mailbox. */
  static String history(String mailbox) {
    return """
        {"mailbox":%s,"migrations":["m1"],"passes":[
        {"id":17,"mailbox":"m1/3","migration":"m1","kind":"catch_up","state":"ended",
        "due_at":"2026-11-29T11:00:00Z","priority":0,"attempts":2,"host":"imap.old.example:993",
        "destination":"dora@new.example","owner":"node-a","fence":3,
        "created_at":"2026-11-29T11:00:00Z","started_at":"2026-11-29T11:00:05Z",
        "ended_at":"2026-11-29T11:01:05Z","messages_done":10,"messages_total":12,"bytes_done":5000,
        "outcome":"blocked"}],
        "problems":[{"id":"17.0","pass":17,"mailbox":"m1/3","migration":"m1","source":"dora@old.example",
        "code":"wrong-password","severity":"error","owner":"customer",
        "place":"login at imap.old.example","cause":"NO no",
        "next_step":"Ask the customer for the right password."}],
        "events":[{"number":4,"at":"2026-11-29T11:01:05Z","kind":"mailbox","actor":"migrate-mailbox",
        "node":"node-a","migration":"m1","mailbox":"m1/3","pass":17,"state":"blocked","reason":"NO no"}],
        "next_step":"It waits for the right password."}"""
        .formatted(mailbox);
  }

  /** The history of the migration. */
  static String history() {
    return """
        {"migration":%s,"rejected":[{"line":5,"column":"source_port","value":"x",
        "problem":"it is no number","remedy":"Give the port."}],"problems":[],
        "messages":[{"event":3,"at":"2026-11-29T11:00:00Z","message":"accepted","receiver":"webhook",
        "state":"told","told_at":"2026-11-29T11:00:01Z","attempts":1},
        {"event":4,"at":"2026-11-29T11:05:00Z","message":"started","receiver":"zammad","to":"#17",
        "state":"waiting","due_at":"2026-11-29T12:30:00Z","attempts":3,"reason":"it is down"},
        {"event":4,"at":"2026-11-29T11:05:00Z","message":"started","receiver":"webhook",
        "state":"given-up","attempts":1,"reason":"it answers 404"}],
        "events":[{"number":1,"at":"2026-11-28T11:00:00Z","kind":"migration","actor":"open-migration",
        "reason":"opened"}],"done_by":"2026-11-29T15:30:00Z",
        "stage_reason":"first passes have begun",
        "domains":[{"domain":"example.org","verdict":"not-yet",
        "words":"mail still goes to mx.old\\u001b.example","since":"2026-11-28T11:00:00Z",
        "looked_at":"2026-11-29T11:50:00Z","mailboxes":3,
        "cut_over":0,"final_passes":0,"quiet":0}],"next_step":"It goes on by itself."}"""
        .formatted(MIGRATION);
  }

  /** A mailbox of which nothing but this is known. */
  static Fields mailbox(String id, String address, String state) {
    return new Fields(
        """
        {"id":"%s","migration":"m1","source":"%s","destination":"%s","state":"%s",
        "host":"imap.old.example:993","messages_done":0,"bytes_done":0,"problems":[],
        "problem_count":0,"needs_attention":false,"paused":false,"priority":0}"""
            .formatted(id, address, address, state));
  }

  /** An object that can be given more fields; the last one of a name counts. */
  record Fields(String json) {
    Fields with(String name, String value) {
      return new Fields(json.substring(0, json.length() - 1) + ",\"" + name + "\":" + value + "}");
    }

    @Override
    public String toString() {
      return json;
    }
  }
}
