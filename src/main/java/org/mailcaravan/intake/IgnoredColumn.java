package org.mailcaravan.intake;

/** Columns of other products that are not used, and why. They are shown as ignored. */
enum IgnoredColumn {
  TARGET_SERVER("mail goes to the server in destination.host, whatever is named here"),
  TARGET_CONNECTION("the destination is set in the configuration"),
  DATES("all mail is copied, whatever its date"),
  PERSON("names of people are not needed"),
  NAME("the column of the source address counts; call it source_username if it holds login names"),
  USER_ROOT("all folders of the account are copied"),
  OPTIONS("options of another program"),
  UNKNOWN("its name is not known");

  private final String why;

  IgnoredColumn(String why) {
    this.why = why;
  }

  /** Why it is not used. */
  String why() {
    return why;
  }
}
