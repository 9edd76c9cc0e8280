"""Writes scenes with one simulation each into the folder that stands behind "--": name.blend without a
bake, and, where Blender can bake it here, name-baked.blend with a bake of ten frames.
"""

import os
import sys

import bpy

FOLDER = sys.argv[sys.argv.index("--") + 1]
LAST = 10


def begin():
    """Opens the factory's scene anew, as small as it goes: one cube above a floor."""
    bpy.ops.wm.read_factory_settings()
    bpy.context.preferences.filepaths.save_version = 0
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.use_denoising = 1, False
    scene.render.resolution_x = scene.render.resolution_y = 32
    scene.frame_end = LAST
    scene.gravity = (0, 0, -200)  # so that ten frames show it
    save("begun.blend")
    return scene, bpy.data.objects["Cube"]


def save(name):
    bpy.ops.wm.save_as_mainfile(filepath=os.path.join(FOLDER, name), compress=False)


def finish(name):
    bpy.context.scene.frame_set(1)
    save(name + ".blend")
    save(name + "-baked.blend")  # a cache on disk is named by the .blend
    bpy.ops.ptcache.bake_all(bake=True)
    bpy.context.scene.frame_set(1)
    save(name + "-baked.blend")


def divide(thing, cuts=3):
    bpy.context.view_layer.objects.active = thing
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.subdivide(number_cuts=cuts)
    bpy.ops.object.mode_set(mode="OBJECT")


def floor():
    bpy.ops.mesh.primitive_plane_add(size=20, location=(0, 0, -1.5))
    return bpy.context.object


def until_last(cache):
    cache.frame_start, cache.frame_end = 1, LAST


def rigid():
    scene, box = begin()
    bpy.context.view_layer.objects.active = box
    bpy.ops.rigidbody.object_add()
    box.rotation_euler = (0.5, 0.3, 0)
    scene.gravity = (0, 0, -30)
    under = floor()
    bpy.ops.rigidbody.object_add()
    under.rigid_body.type = "PASSIVE"
    until_last(scene.rigidbody_world.point_cache)
    finish("rigid")


def soft():
    scene, box = begin()
    divide(box)
    soft = box.modifiers.new("Softbody", "SOFT_BODY")
    soft.settings.use_goal = False
    until_last(soft.point_cache)
    scene.gravity = (0, 0, -30)
    # It moves of itself as well.
    box.keyframe_insert("location", index=0, frame=1)
    box.location.x = 0.5
    box.keyframe_insert("location", index=0, frame=LAST)
    finish("soft")


def cloth():
    scene, box = begin()
    divide(box)
    until_last(box.modifiers.new("Cloth", "CLOTH").point_cache)
    scene.gravity = (0, 0, -30)
    finish("cloth")


def particles():
    scene, box = begin()
    box.modifiers.new("Sparks", "PARTICLE_SYSTEM")
    system = box.particle_systems[0]
    system.settings.count, system.settings.frame_start, system.settings.frame_end = 40, 1, LAST
    system.settings.render_type = "OBJECT"
    bpy.ops.mesh.primitive_cube_add(size=4, location=(50, 0, 0))
    system.settings.instance_object = bpy.context.object
    system.settings.particle_size = 0.1
    scene.gravity = (0, 0, -30)
    until_last(system.point_cache)
    finish("particles")


def hair():
    scene, box = begin()
    box.modifiers.new("Hair", "PARTICLE_SYSTEM")
    system = box.particle_systems[0]
    system.settings.type, system.settings.count, system.settings.hair_length = "HAIR", 200, 2
    system.use_hair_dynamics = True
    until_last(system.point_cache)
    until_last(system.cloth.point_cache)
    scene.gravity = (0, 0, -30)
    finish("hair")


def paint():
    scene, box = begin()
    under = floor()
    divide(under, 20)
    under.modifiers.new("Paint", "DYNAMIC_PAINT")
    bpy.ops.dpaint.type_toggle(type="CANVAS")
    surface = under.modifiers[0].canvas_settings.canvas_surfaces[0]
    surface.surface_type = "WAVE"
    surface.frame_start, surface.frame_end = 1, LAST
    until_last(surface.point_cache)
    bpy.context.view_layer.objects.active = box
    box.modifiers.new("Brush", "DYNAMIC_PAINT").ui_type = "BRUSH"
    bpy.ops.dpaint.type_toggle(type="BRUSH")
    box.keyframe_insert("location", frame=1)
    box.location = (2, 1, -2)
    box.keyframe_insert("location", frame=LAST)
    finish("paint")


def fluid():
    scene, box = begin()
    bpy.ops.mesh.primitive_cube_add(size=5)
    tank = bpy.context.object
    tank.name = "Tank"
    domain = tank.modifiers.new("Fluid", "FLUID")
    domain.fluid_type = "DOMAIN"
    domain.domain_settings.domain_type = "LIQUID"
    domain.domain_settings.use_mesh = True
    domain.domain_settings.resolution_max = 16
    domain.domain_settings.cache_frame_end = LAST
    domain.domain_settings.cache_type = "ALL"
    domain.domain_settings.cache_directory = "//fluid"
    flow = box.modifiers.new("Fluid", "FLUID")
    flow.fluid_type = "FLOW"
    flow.flow_settings.flow_type = "LIQUID"
    flow.flow_settings.flow_behavior = "GEOMETRY"
    box.scale = (0.6, 0.6, 0.6)
    scene.frame_set(1)
    save("fluid.blend")


def zone():
    scene, box = begin()
    group = bpy.data.node_groups.new("Zone", "GeometryNodeTree")
    group.interface.new_socket("Geometry", in_out="INPUT", socket_type="NodeSocketGeometry")
    group.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    first, last = group.nodes.new("NodeGroupInput"), group.nodes.new("NodeGroupOutput")
    enter, leave = group.nodes.new("GeometryNodeSimulationInput"), group.nodes.new("GeometryNodeSimulationOutput")
    move = group.nodes.new("GeometryNodeSetPosition")
    move.inputs["Offset"].default_value = (0, 0.1, -0.15)
    enter.pair_with_output(leave)
    group.links.new(first.outputs[0], enter.inputs[0])
    group.links.new(enter.outputs[1], move.inputs[0])
    group.links.new(move.outputs[0], leave.inputs[1])
    group.links.new(leave.outputs[0], last.inputs[0])
    box.modifiers.new("Nodes", "NODES").node_group = group
    scene.frame_set(1)
    save("zone.blend")


def elsewhere():
    """A soft body that is not simulated where the window looks: in another scene, hidden, to be kept on disk."""
    scene, box = begin()
    divide(box)
    soft = box.modifiers.new("Softbody", "SOFT_BODY")
    soft.settings.use_goal, soft.show_viewport = False, False
    soft.point_cache.use_disk_cache = True
    until_last(soft.point_cache)
    scene.gravity = (0, 0, -30)
    box.keyframe_insert("location", index=0, frame=1)
    box.location.x = 0.5
    box.keyframe_insert("location", index=0, frame=LAST)
    box.hide_viewport = True
    other = bpy.data.scenes.new("Shown")
    bpy.context.window.scene = other
    save("elsewhere.blend")


for make in (elsewhere, rigid, soft, cloth, particles, hair, paint, fluid):
    make()
if hasattr(bpy.types, "GeometryNodeSimulationOutput"):
    zone()
