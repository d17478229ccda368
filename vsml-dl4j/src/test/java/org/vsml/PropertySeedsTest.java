package org.vsml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** A test command that is the same every time: no property of the default run draws new seeds. */
class PropertySeedsTest {

    @Test
    void everyPropertyHasASeed() throws Exception {
        List<String> seeds = new ArrayList<>();
        for (Class<?> type : testClasses()) {
            for (Method method : type.getDeclaredMethods()) {
                Property property = method.getAnnotation(Property.class);
                if (property != null) {
                    seeds.add(property.seed());
                    assertThat(property.seed()).as("seed of %s", method).matches("-?\\d+");
                }
            }
        }
        assertThat(seeds).hasSizeGreaterThan(10);
    }

    private static List<Class<?>> testClasses() throws IOException, ClassNotFoundException {
        URI here =
                URI.create(
                        PropertySeedsTest.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toString());
        Path root = Path.of(here);
        List<Class<?>> classes = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root.resolve("org/vsml"))) {
            for (Path file : files.filter(f -> f.toString().endsWith("Test.class")).toList()) {
                String name = root.relativize(file).toString().replace('/', '.');
                classes.add(
                        Class.forName(
                                name.substring(0, name.length() - ".class".length()),
                                false,
                                PropertySeedsTest.class.getClassLoader()));
            }
        }
        return classes;
    }
}
