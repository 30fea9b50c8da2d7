{
    "name": "Sandbox stand-in",
    "summary": "Stands for the addons that the sandbox does not have, and does nothing",
    "version": "18.0.1.0.0",
    "category": "Hidden",
    "author": "Sandbox",
    "license": "LGPL-3",
    "depends": ["base"],
    "installable": True,
}
