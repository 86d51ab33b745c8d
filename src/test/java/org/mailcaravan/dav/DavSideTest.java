package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DavSideTest {
  @ParameterizedTest
  @EnumSource
  void aNextStepTellsSomebodyWhatToDo(DavSide side) {
    assertThat(new String[] {side.correctLogin(), side.correctUrl(), side.allow()})
        .allSatisfy(step -> assertThat(step).matches("(Ask|Check|Correct|Give) .*\\."));
  }
}
