package io.rendernode.task;

import java.lang.reflect.Proxy;
import java.util.Map;

/** A configuration of which a test sets only what it needs. */
final class Settings {
    private Settings() {}

    /** Answers the two settings of these names. */
    static TaskConfig of(String first, Object one, String second, Object two) {
        Map<String, Object> answers = Map.of(first, one, second, two);
        return (TaskConfig) Proxy.newProxyInstance(
                TaskConfig.class.getClassLoader(),
                new Class<?>[] {TaskConfig.class},
                (self, method, arguments) -> answers.get(method.getName()));
    }
}
